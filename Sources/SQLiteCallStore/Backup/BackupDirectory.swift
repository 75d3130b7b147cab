internal import Cryptography
internal import Glibc
internal import PromptCallCore

/// The directory in which a copy of the store comes to be: whole, or not at all.
///
/// The database has another name until everything is on the disk, so that what a crash leaves
/// behind is not taken for a copy.
struct BackupDirectory {
    let path: String
    private let isMade: Bool

    /// Where the database is written first.
    var draftPath: String { "\(self.path)/\(Self.draftName)" }

    private static let draftName = "calls.db.incomplete"
    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    /// Makes the directory, or takes one that is empty, and makes an empty draft in it.
    ///
    /// - Throws: `StoreError` with code `directoryRefused`.
    init(path: String) throws(StoreError) {
        self.path = path
        self.isMade = mkdir(path, Self.directoryMode) == 0
        if !self.isMade {
            guard errno == EEXIST else { throw Self.refusal(path, "cannot be made") }
            try Self.checkEmpty(path)
        }
        let draft = open(self.draftPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, Self.fileMode)
        guard draft >= 0 else {
            let refusal = Self.refusal(path, "cannot be written")
            self.remove()
            throw refusal
        }
        close(draft)
    }

    /// Has the draft so far on the disk.
    ///
    /// - Throws: `StoreError` with code `unavailable`.
    func syncDraft() throws(StoreError) {
        let draft = open(self.draftPath, O_RDONLY | O_CLOEXEC)
        defer { close(draft) }
        guard draft >= 0, fsync(draft) == 0 else { throw Self.failure(self.path) }
    }

    /// Adds the key file, and gives the database its name: from here on the copy is one.
    ///
    /// - Throws: `StoreError` with code `unavailable`.
    func complete(key: SealingKey) throws(StoreError) {
        try self.syncDraft()
        do {
            try SealingKeyFile.write(key, to: "\(self.path)/\(SealingKeyFile.name)")
            guard rename(self.draftPath, "\(self.path)/\(DataDirectory.databaseName)") == 0 else {
                throw Self.failure(self.path)
            }
            try DataDirectory.sync(self.path)
            if self.isMade { try DataDirectory.sync("\(self.path)/..") }
        } catch {
            throw StoreError(error, while: "complete the backup in \(self.path)")
        }
    }

    /// Leaves nothing of a copy that failed.
    func remove() {
        let key = SealingKeyFile.name
        let names = [
            Self.draftName, "\(Self.draftName)-journal", "\(Self.draftName)-wal",
            "\(Self.draftName)-shm", "\(key).new", key, DataDirectory.databaseName,
        ]
        for name in names {
            unlink("\(self.path)/\(name)")
        }
        if self.isMade { rmdir(self.path) }
    }

    private static func checkEmpty(_ path: String) throws(StoreError) {
        guard let directory = opendir(path) else { throw self.refusal(path, "cannot be read") }
        defer { closedir(directory) }
        errno = 0
        while let entry = readdir(directory) {
            let isSelfOrParent = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 3) { name in
                    strcmp(name, ".") == 0 || strcmp(name, "..") == 0
                }
            }
            guard isSelfOrParent else {
                throw StoreError(
                    .directoryRefused,
                    "The directory \(path) is not empty; a backup needs one of its own."
                )
            }
        }
        guard errno == 0 else { throw self.refusal(path, "cannot be read") }
    }

    private static func refusal(_ path: String, _ what: String) -> StoreError {
        StoreError(
            .directoryRefused,
            "The directory \(path) \(what): \(String(cString: strerror(errno)))."
        )
    }

    private static func failure(_ path: String) -> StoreError {
        StoreError(
            .unavailable,
            "The backup in \(path) cannot be written: \(String(cString: strerror(errno)))."
        )
    }
}
