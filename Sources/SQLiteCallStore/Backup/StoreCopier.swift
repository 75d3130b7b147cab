internal import Cryptography
internal import Glibc
internal import PromptCallCore

/// Makes copies of the store beside the load, on a thread of its own.
///
/// It copies pages from one snapshot, in steps of 1 MiB with as long a pause behind each. Nothing
/// holds commits up; the write-ahead log cannot begin anew meanwhile and grows by what is written.
/// `VACUUM INTO` would make the same of one statement, which knows no pause and takes a core.
final class StoreCopier {
    private let connection: StoreConnection
    private let interruption: Interruption

    init(connection: StoreConnection, interruption: Interruption) {
        self.connection = connection
        self.interruption = interruption
    }

    /// Makes a directory with the database and the key file.
    ///
    /// - Throws: `StoreError` with code `directoryRefused`, `damaged` where the copy is found to
    ///   be, or `unavailable`. Nothing is left of the copy then.
    func copy(to path: String, key: SealingKey) throws(StoreError) {
        let directory = try BackupDirectory(path: path)
        do {
            try self.copyPages(directory)
            try self.mark(directory.draftPath, key)
            try directory.complete(key: key)
        } catch {
            directory.remove()
            throw StoreError(error, while: "make a backup in \(path)")
        }
    }

    private func copyPages(_ directory: BackupDirectory) throws {
        // Neither its snapshot nor its memory are kept for longer.
        defer { self.connection.discard() }
        let connection = try self.connection.opened()
        try connection.run(Self.begin)
        // The snapshot is taken by the first thing that is read.
        _ = try connection.first(Self.selectStore) { _ in true }
        let copy = try connection.copy(to: directory.draftPath)
        let clock = ContinuousClock()
        var begun = clock.now
        while try copy.step() {
            guard !self.interruption.isAsked else { throw Self.interrupted }
            // Little by little, or the sync at the end would have all others wait for theirs.
            try directory.syncDraft()
            let pause = min(clock.now - begun, Self.pauseMax)
            usleep(useconds_t(clamping: pause.microseconds))
            begun = clock.now
        }
    }

    /// Says in the copy that it is one, and looks at whether it can be used.
    private func mark(_ path: String, _ key: SealingKey) throws {
        let copy = try SQLiteConnection(path: path)
        copy.interrupt(by: self.interruption)
        // So that the database is one file.
        try copy.execute("PRAGMA journal_mode = DELETE", purpose: "make the copy one file")
        try copy.execute(
            "UPDATE meta SET paused = \(PauseCause.restoredCopy.rawValue), copy_of = store",
            purpose: "mark the copy"
        )
        let check = try copy.first(Self.selectKeyCheck) { $0.bytes(0) }
        guard let check, CallSeals(key: key).isCheck(check) else {
            throw StoreError(.damaged, "The copy does not open under the key file.")
        }
        if let problem = try copy.problems(limit: 1).first {
            throw StoreError(.damaged, "The database is damaged: \(problem)")
        }
    }

    /// Longest pause behind a step, for the write-ahead log grows meanwhile.
    private static let pauseMax = Duration.milliseconds(50)

    private static let interrupted = StoreError(.unavailable, "The store is being closed.")

    private static let begin = SQLQuery("begin to copy", "BEGIN")
    private static let selectStore = SQLQuery("begin a snapshot", "SELECT store FROM meta")
    private static let selectKeyCheck = SQLQuery("read the check", "SELECT key_check FROM meta")
}

extension Duration {
    fileprivate var microseconds: Int64 {
        self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000
    }
}
