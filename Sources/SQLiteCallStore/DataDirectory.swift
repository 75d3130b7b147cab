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
    /// - Throws: ``StoreOpenError`` with code `directoryUnusable`.
    func makeDatabaseFile() throws(StoreOpenError) {
        close(try Self.open(self.databasePath))
        try Self.sync(self.path)
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
        var status = stat()
        return stat("\(path)/\(self.databaseName)", &status) == 0 && status.st_size > 0
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
