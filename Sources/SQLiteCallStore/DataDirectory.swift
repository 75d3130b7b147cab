internal import Glibc

/// The directory of a store, held by one process at a time.
///
/// The lock goes with the process, so a crash leaves none behind.
final class DataDirectory: Sendable {
    let path: String
    private let lock: Int32

    var databasePath: String { "\(self.path)/\(Self.databaseName)" }

    static let databaseName = "calls.db"
    private static let lockName = "lock"
    /// What the lock's file says once there has been a database.
    private static let note = Array("There is a database.\n".utf8)
    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    /// Makes the directory where it is missing, and takes its lock.
    ///
    /// - Throws: ``StoreOpenError`` with code `directoryUnusable` or `locked`.
    init(path: String) throws(StoreOpenError) {
        try Self.make(path)
        let lock = try Self.open("\(path)/\(Self.lockName)")
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            close(lock)
            guard isHeld else {
                throw StoreOpenError(.directoryUnusable, "The directory \(path) cannot be locked.")
            }
            throw StoreOpenError(
                .locked,
                "The data directory \(path) is in use by another daemon."
            )
        }
        self.path = path
        self.lock = lock
    }

    deinit {
        close(self.lock)
    }

    /// Lets another process have the directory.
    func unlock() {
        flock(self.lock, LOCK_UN)
    }

    /// Makes an empty database file that only its owner can read, where there is none.
    ///
    /// SQLite gives the files beside it the same mode.
    ///
    /// - Throws: ``StoreOpenError`` with code `damaged` where there was a database, or
    ///   `directoryUnusable`.
    func makeDatabaseFile() throws(StoreOpenError) {
        guard Self.hasDatabase(self.path) || !self.hasNote else {
            throw .damaged("The database \(self.databasePath) is missing or empty.")
        }
        close(try Self.open(self.databasePath))
        try Self.sync(self.path)
    }

    /// Notes that there is a database, so that a later start does not take an empty file for one
    /// that is still to be filled.
    ///
    /// - Throws: ``StoreOpenError`` with code `directoryUnusable`.
    func noteDatabase() throws(StoreOpenError) {
        guard !self.hasNote else { return }
        let count = write(self.lock, Self.note, Self.note.count)
        guard count == Self.note.count, fsync(self.lock) == 0 else {
            throw StoreOpenError(
                .directoryUnusable,
                "The directory \(self.path) cannot be written: \(Self.reason)."
            )
        }
    }

    /// Makes sure that a log beside the database is its own.
    ///
    /// A copy is one file. A log that another database left in the directory would be written
    /// into it.
    ///
    /// - Throws: ``StoreOpenError`` with code `directoryUnusable`.
    func checkLog(_ header: DatabaseHeader) throws(StoreOpenError) {
        let log = "\(self.databasePath)-wal"
        guard !header.usesLog, Self.size(of: log) > 0 else { return }
        throw StoreOpenError(
            .directoryUnusable,
            """
            The file \(log) is of another database than the copy beside it: restore into an empty \
            directory, or move it and \(Self.databaseName)-shm away.
            """
        )
    }

    private var hasNote: Bool {
        var status = stat()
        return fstat(self.lock, &status) == 0 && status.st_size > 0
    }

    /// Makes a directory that only its owner can read, where there is none.
    ///
    /// - Throws: ``StoreOpenError`` with code `directoryUnusable`.
    static func make(_ path: String) throws(StoreOpenError) {
        guard mkdir(path, self.directoryMode) != 0, errno != EEXIST else { return }
        throw StoreOpenError(
            .directoryUnusable,
            "The directory \(path) cannot be made: \(self.reason)."
        )
    }

    /// Whether a directory has a database with something in it.
    static func hasDatabase(_ path: String) -> Bool {
        self.size(of: "\(path)/\(self.databaseName)") > 0
    }

    /// The length of a file; 0 where there is none.
    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_size : 0
    }

    /// Makes names in a directory durable.
    ///
    /// - Throws: ``StoreOpenError`` with code `directoryUnusable`.
    static func sync(_ path: String) throws(StoreOpenError) {
        let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(directory) }
        guard directory >= 0, fsync(directory) == 0 else {
            throw StoreOpenError(
                .directoryUnusable,
                "The directory \(path) cannot be written: \(self.reason)."
            )
        }
    }

    private static func open(_ path: String) throws(StoreOpenError) -> Int32 {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, self.fileMode)
        guard file >= 0 else {
            throw StoreOpenError(
                .directoryUnusable,
                "The file \(path) cannot be opened: \(self.reason)."
            )
        }
        return file
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
