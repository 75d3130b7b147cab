internal import CSQLite
internal import Glibc
internal import Synchronization

/// The SQLite VFS under which all simulated disks are reached, each as a folder of its own.
///
/// Connections to one disk are used by one thread, one after another, so locks hold nobody up.
enum SimulatedFileSystem {
    static let name = "promptcall-simulation"

    /// Makes a disk reachable, and returns the folder that it is.
    static func mount(_ disk: SimulatedDisk) -> String {
        self.register
        return self.disks.withLock { disks in
            disks.last += 1
            disks.mounted[disks.last] = Mounted(disk: disk)
            return "/\(disks.last)"
        }
    }

    /// Forgets the disk of a folder.
    static func unmount(_ folder: String) {
        guard let number = UInt64(folder.dropFirst()) else { return }
        self.disks.withLock { $0.mounted[number] = nil }
    }

    // MARK: - Private

    /// A disk is used by the thread of its simulation alone; only the table of them is shared.
    private struct Mounted: @unchecked Sendable {
        let disk: SimulatedDisk
    }

    private struct Disks {
        var mounted: [UInt64: Mounted] = [:]
        var last: UInt64 = 0
    }

    private static let disks = Mutex(Disks())

    private static func disk(of path: UnsafePointer<CChar>?) -> (SimulatedDisk, String)? {
        guard let path else { return nil }
        let text = String(cString: path)
        let folder = text.dropFirst().prefix { $0 != "/" }
        guard let number = UInt64(folder),
            let mounted = self.disks.withLock({ $0.mounted[number] })
        else { return nil }
        return (mounted.disk, text)
    }

    /// What SQLite is given for an open file: its own part first, then ours.
    private struct OpenFile {
        var base: sqlite3_file
        var opened: Unmanaged<Opened>?
    }

    /// An open file with its disk.
    private final class Opened {
        let disk: SimulatedDisk
        let file: SimulatedFile
        let name: String
        /// What SQLite holds of it; connections in WAL mode share it as long as they are open.
        var lock = SQLITE_LOCK_NONE

        init(disk: SimulatedDisk, file: SimulatedFile, name: String) {
            self.disk = disk
            self.file = file
            self.name = name
        }
    }

    private static func opened(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Opened? {
        guard let file else { return nil }
        return UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self).pointee
            .opened?.takeUnretainedValue()
    }

    /// Registers it, once.
    private static let register: Void = {
        // SQLite keeps both for as long as the process lives.
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: Self.methods)
        nonisolated(unsafe) let kept = UnsafePointer(methods)
        let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        system.initialize(to: Self.system)
        system.pointee.pAppData = UnsafeMutableRawPointer(mutating: kept)
        let code = sqlite3_vfs_register(system, 0)
        precondition(code == SQLITE_OK, "SQLite takes another file system.")
    }()

    private static var system: sqlite3_vfs {
        var system = sqlite3_vfs()
        system.iVersion = 1
        system.szOsFile = Int32(MemoryLayout<OpenFile>.size)
        system.mxPathname = 512
        system.zName = UnsafePointer(strdup(Self.name))
        system.xOpen = { system, path, file, flags, outFlags in
            guard let file, let methods = system?.pointee.pAppData else { return SQLITE_CANTOPEN }
            let open = UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self)
            open.pointee.base.pMethods = nil
            open.pointee.opened = nil
            let create = flags & SQLITE_OPEN_CREATE != 0
            guard let (disk, name) = SimulatedFileSystem.disk(of: path),
                let found = disk.open(name, create: create)
            else { return SQLITE_CANTOPEN }
            let opened = Opened(disk: disk, file: found, name: name)
            open.pointee.opened = Unmanaged.passRetained(opened)
            open.pointee.base.pMethods = UnsafePointer(
                methods.assumingMemoryBound(to: sqlite3_io_methods.self)
            )
            outFlags?.pointee = flags
            return SQLITE_OK
        }
        system.xDelete = { _, path, _ in
            guard let (disk, name) = SimulatedFileSystem.disk(of: path) else {
                return SQLITE_IOERR
            }
            return disk.delete(name)
        }
        system.xAccess = { _, path, _, result in
            let isThere = SimulatedFileSystem.disk(of: path).map { disk, name in
                disk.exists(name)
            }
            result?.pointee = isThere ?? false ? 1 : 0
            return SQLITE_OK
        }
        system.xFullPathname = { _, path, count, full in
            guard let path, let full, strlen(path) < Int(count) else { return SQLITE_CANTOPEN }
            strcpy(full, path)
            return SQLITE_OK
        }
        // Salts of the log and the like: the same in each run of a seed would need to know which
        // disk asks, and nothing depends on them.
        system.xRandomness = { _, count, bytes in
            for index in 0..<Int(count) { bytes?[index] = CChar(truncatingIfNeeded: index &* 37) }
            return count
        }
        system.xSleep = { _, microseconds in microseconds }
        system.xCurrentTime = { _, day in
            day?.pointee = 2_460_000.5
            return SQLITE_OK
        }
        system.xGetLastError = { _, _, _ in 0 }
        return system
    }

    private static var methods: sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        methods.xClose = { file in
            guard let file else { return SQLITE_OK }
            let open = UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self)
            if let opened = open.pointee.opened?.takeUnretainedValue() {
                opened.file.unlock(from: opened.lock)
            }
            open.pointee.opened?.release()
            open.pointee.opened = nil
            return SQLITE_OK
        }
        methods.xRead = { file, buffer, count, offset in
            guard let opened = SimulatedFileSystem.opened(file), let buffer else {
                return SQLITE_IOERR
            }
            return opened.disk.read(
                opened.file,
                UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)),
                at: Int(offset)
            )
        }
        methods.xWrite = { file, bytes, count, offset in
            guard let opened = SimulatedFileSystem.opened(file), let bytes else {
                return SQLITE_IOERR
            }
            return opened.disk.write(
                opened.file,
                UnsafeRawBufferPointer(start: bytes, count: Int(count)),
                at: Int(offset)
            )
        }
        methods.xTruncate = { file, count in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            return opened.disk.truncate(opened.file, to: Int(count))
        }
        methods.xSync = { file, _ in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            return opened.disk.sync(opened.file)
        }
        methods.xFileSize = { file, size in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            size?.pointee = Int64(opened.file.count)
            return SQLITE_OK
        }
        methods.xLock = { file, level in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            guard opened.file.lock(from: opened.lock, to: level) else { return SQLITE_BUSY }
            opened.lock = max(opened.lock, level)
            return SQLITE_OK
        }
        methods.xUnlock = { file, level in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            if level == SQLITE_LOCK_NONE { opened.file.unlock(from: opened.lock) }
            opened.lock = min(opened.lock, level)
            return SQLITE_OK
        }
        methods.xCheckReservedLock = { _, result in
            result?.pointee = 0
            return SQLITE_OK
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { _ in 4096 }
        // As SQLite takes for granted on Linux: a write changes no bytes beside it.
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        methods.xShmMap = { file, index, bytes, create, region in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            region?.pointee = opened.disk.region(
                opened.name,
                Int(index),
                bytes: Int(bytes),
                create: create != 0
            )
            return SQLITE_OK
        }
        methods.xShmLock = { _, _, _, _ in SQLITE_OK }
        methods.xShmBarrier = { _ in }
        methods.xShmUnmap = { file, isLast in
            guard let opened = SimulatedFileSystem.opened(file) else { return SQLITE_IOERR }
            if isLast != 0 { opened.disk.dropShared(opened.name) }
            return SQLITE_OK
        }
        return methods
    }
}
