internal import CSQLite

/// A disk in memory that fails when it is told to, and forgets what was not synced when its power
/// is cut.
///
/// SQLite reaches it through ``SimulatedFileSystem``. It is used by one thread.
package final class SimulatedDisk {
    /// No write may make a file longer.
    package var isFull = false
    /// Fails in this way within the operation that comes; nil for not at all.
    package var fault: DiskFault?
    /// Nothing works until ``restart(afterPowerCut:)``: the power is off, or who used it was killed.
    package private(set) var isOff = false
    /// It is not the power that is off.
    package private(set) var hasPower = false
    /// Writes, syncs, truncations and deletions so far.
    package private(set) var changes = 0

    private var files: [String: SimulatedFile] = [:]
    /// Memory that the connections to a file share, as the index of its write-ahead log.
    private var shared: [String: [UnsafeMutableRawPointer]] = [:]
    private var random: SplitMix64

    package init(seed: UInt64) {
        self.random = SplitMix64(seed: seed)
    }

    deinit {
        self.dropShared()
    }

    /// Bytes in all files.
    package var bytes: Int { self.files.values.reduce(0) { $0 + $1.count } }

    /// Makes an empty file.
    package func makeFile(_ name: String) {
        _ = self.open(name, create: true)
    }

    /// Every process that used the disk is gone. Where the power was cut, what was not synced is
    /// lost, or part of it; behind a killed process the kernel still writes all.
    package func restart(afterPowerCut: Bool) {
        if afterPowerCut {
            for name in self.files.keys.sorted() { self.files[name]?.losePower(&self.random) }
        }
        self.dropShared()
        self.fault = nil
        self.isOff = false
        self.hasPower = false
    }

    /// Turns the power off; what is still open can change nothing any more.
    package func turnOff() {
        self.isOff = true
    }

    // MARK: - What SQLite asks

    func open(_ name: String, create: Bool) -> SimulatedFile? {
        if let file = self.files[name] { return file }
        guard create, !self.isOff else { return nil }
        let file = SimulatedFile()
        self.files[name] = file
        return file
    }

    func exists(_ name: String) -> Bool { self.files[name] != nil }

    func delete(_ name: String) -> Int32 {
        guard self.mayChange() else { return SQLITE_IOERR | 10 << 8 }
        self.files[name] = nil
        return SQLITE_OK
    }

    func read(
        _ file: SimulatedFile,
        _ buffer: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) -> Int32 {
        if self.isOff { return SQLITE_IOERR | 1 << 8 }
        if case .readFails(let after) = self.fault {
            self.fault = after > 0 ? .readFails(after: after - 1) : nil
            if after == 0 { return SQLITE_IOERR | 1 << 8 }
        }
        let count = file.read(buffer.count, at: offset, into: buffer)
        guard count < buffer.count else { return SQLITE_OK }
        UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).initializeMemory(
            as: UInt8.self,
            repeating: 0
        )
        return SQLITE_IOERR | 2 << 8
    }

    func write(_ file: SimulatedFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        guard self.mayChange() else { return SQLITE_IOERR | 3 << 8 }
        if self.isFull, offset + bytes.count > file.count { return SQLITE_FULL }
        switch self.fault {
        case .writeFails(let after):
            self.fault = after > 0 ? .writeFails(after: after - 1) : nil
            if after == 0 { return SQLITE_IOERR | 3 << 8 }
        case .fillsUp(let after):
            self.fault = after > 0 ? .fillsUp(after: after - 1) : nil
            if after == 0 { return SQLITE_FULL }
        case .syncFails, .syncFailsAtDeath, .powerCut, .readFails, nil:
            break
        }
        file.write(bytes, at: offset)
        return SQLITE_OK
    }

    func truncate(_ file: SimulatedFile, to count: Int) -> Int32 {
        guard self.mayChange() else { return SQLITE_IOERR | 6 << 8 }
        file.truncate(to: count)
        return SQLITE_OK
    }

    func sync(_ file: SimulatedFile) -> Int32 {
        guard self.mayChange() else { return SQLITE_IOERR | 4 << 8 }
        switch self.fault {
        case .syncFails(let after):
            self.fault = after > 0 ? .syncFails(after: after - 1) : nil
            if after == 0 { return self.failToSync(file) }
        case .syncFailsAtDeath(let after):
            self.fault = after > 0 ? .syncFailsAtDeath(after: after - 1) : nil
            if after == 0 {
                self.isOff = true
                self.hasPower = true
                return self.failToSync(file)
            }
        case .writeFails, .fillsUp, .powerCut, .readFails, nil:
            break
        }
        file.sync()
        return SQLITE_OK
    }

    private func failToSync(_ file: SimulatedFile) -> Int32 {
        file.failToSync(&self.random)
        return SQLITE_IOERR | 4 << 8
    }

    /// A region of the memory that the connections to a file share; nil where there is none yet.
    func region(_ name: String, _ index: Int, bytes: Int, create: Bool)
        -> UnsafeMutableRawPointer?
    {
        while create, self.shared[name, default: []].count <= index {
            let region = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            region.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            self.shared[name, default: []].append(region)
        }
        let regions = self.shared[name] ?? []
        return regions.indices.contains(index) ? regions[index] : nil
    }

    /// Whether the power is on for one more change.
    private func mayChange() -> Bool {
        guard !self.isOff else { return false }
        if case .powerCut(let after) = self.fault {
            self.fault = after > 0 ? .powerCut(after: after - 1) : nil
            self.isOff = after == 0
        }
        if !self.isOff { self.changes += 1 }
        return !self.isOff
    }

    /// The last connection to a file is gone, and its shared memory with it.
    func dropShared(_ name: String) {
        self.shared.removeValue(forKey: name)?.forEach { $0.deallocate() }
    }

    private func dropShared() {
        for name in self.shared.keys.sorted() { self.dropShared(name) }
    }
}
