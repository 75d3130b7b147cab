internal import CSQLite

/// A file of a ``SimulatedDisk``: what is read from it, and what of that a power cut would leave.
final class SimulatedFile {
    /// What readers see.
    private(set) var content: [UInt8] = []
    /// What is on the disk itself, without what was written since the last sync.
    private var platter: [UInt8] = []
    /// What was written since, oldest first.
    private var unsynced: [Change] = []

    private enum Change {
        case write(offset: Int, bytes: [UInt8])
        case truncate(count: Int)
    }

    /// Bytes that reach a disk as one: a longer write may be torn between two of them.
    private static let sector = 512

    /// Connections that hold it, which in WAL mode they do as long as they are open.
    private var holders = 0

    var count: Int { self.content.count }

    /// Raises a connection's lock; false where another holds the file and it wants it alone.
    func lock(from old: Int32, to new: Int32) -> Bool {
        let others = self.holders - (old > SQLITE_LOCK_NONE ? 1 : 0)
        if new == SQLITE_LOCK_EXCLUSIVE, others > 0 { return false }
        if old == SQLITE_LOCK_NONE { self.holders += 1 }
        return true
    }

    /// A connection lets go of the file.
    func unlock(from old: Int32) {
        if old > SQLITE_LOCK_NONE { self.holders -= 1 }
    }

    /// Copies bytes into a buffer and returns how many there were.
    func read(_ count: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let available = max(0, min(count, self.content.count - offset))
        guard available > 0 else { return 0 }
        self.content.withUnsafeBytes { bytes in
            buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + available)])
            )
        }
        return available
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.change(.write(offset: offset, bytes: Array(bytes)))
    }

    func truncate(to count: Int) {
        self.change(.truncate(count: count))
    }

    /// Makes durable what was written.
    func sync() {
        for change in self.unsynced { Self.apply(change, to: &self.platter) }
        self.unsynced = []
    }

    /// Fails to: some of it is durable and some is not, and the kernel takes all for written.
    func failToSync(_ random: inout SplitMix64) {
        self.settle(&random)
    }

    /// What was not durable is lost, or part of it.
    func losePower(_ random: inout SplitMix64) {
        self.settle(&random)
        self.content = self.platter
    }

    /// Lets each write reach the platter, or not, or as far as a sector.
    private func settle(_ random: inout SplitMix64) {
        for change in self.unsynced {
            switch random.number(0...3) {
            case 0:
                break
            case 1:
                guard case .write(let offset, let bytes) = change, bytes.count > Self.sector else {
                    continue
                }
                let sectors = random.number(1...(bytes.count / Self.sector))
                let torn = Array(bytes.prefix(sectors * Self.sector))
                Self.apply(.write(offset: offset, bytes: torn), to: &self.platter)
            default:
                Self.apply(change, to: &self.platter)
            }
        }
        self.unsynced = []
    }

    private func change(_ change: Change) {
        Self.apply(change, to: &self.content)
        self.unsynced.append(change)
    }

    private static func apply(_ change: Change, to content: inout [UInt8]) {
        switch change {
        case .write(let offset, let bytes):
            let missing = offset + bytes.count - content.count
            if missing > 0 { content.append(contentsOf: repeatElement(0, count: missing)) }
            content.withUnsafeMutableBytes { target in
                UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + bytes.count)])
                    .copyBytes(from: bytes)
            }
        case .truncate(let count):
            if count < content.count {
                content.removeLast(content.count - count)
            } else {
                content.append(contentsOf: repeatElement(0, count: count - content.count))
            }
        }
    }
}
