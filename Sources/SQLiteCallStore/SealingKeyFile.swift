package import Cryptography
internal import Glibc

/// The file that holds the key of all seals: 32 random bytes.
package enum SealingKeyFile {
    /// Its name in the data directory, where no other path is given.
    package static let name = "seal.key"

    private static let mode: mode_t = 0o600

    /// Reads the key, or makes one where there is neither a file nor a database yet.
    ///
    /// The data directory is made where it is missing.
    ///
    /// - Parameters:
    ///   - path: Of the file; nil for ``name`` in the data directory.
    ///   - directory: The data directory that the key is for.
    /// - Returns: The key.
    /// - Throws: ``StoreOpenError`` with code `keyFileUnusable` or `directoryUnusable`.
    package static func readOrMake(
        at path: String? = nil,
        directory: String
    ) throws(StoreOpenError) -> SealingKey {
        try DataDirectory.make(directory)
        let path = path ?? "\(directory)/\(self.name)"
        if let key = try self.read(path) { return key }
        guard !DataDirectory.hasDatabase(directory) else {
            throw StoreOpenError(
                .keyFileUnusable,
                "The key file \(path) is missing, and the database in \(directory) was sealed with it."
            )
        }
        try self.make(path, RandomBytes.make(SealingKey.length))
        guard let key = try self.read(path) else {
            throw StoreOpenError(.keyFileUnusable, "The key file \(path) has vanished.")
        }
        return key
    }

    /// Writes a key into a file of its own, which appears whole or not at all.
    ///
    /// - Throws: ``StoreOpenError`` with code `keyFileUnusable` or `directoryUnusable`.
    static func write(_ key: SealingKey, to path: String) throws(StoreOpenError) {
        try self.make(path, key.bytes)
    }

    /// Returns the key; nil where there is no file.
    private static func read(_ path: String) throws(StoreOpenError) -> SealingKey? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 || errno != ENOENT else { return nil }
        defer { close(file) }
        // One byte more than a key has, so that a longer file is seen to be one.
        var bytes = [UInt8](repeating: 0, count: SealingKey.length + 1)
        let count = file < 0 ? -1 : Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else {
            throw StoreOpenError(
                .keyFileUnusable,
                "The key file \(path) cannot be read: \(self.reason)."
            )
        }
        guard count == SealingKey.length else {
            throw StoreOpenError(
                .keyFileUnusable,
                "The key file \(path) does not have exactly \(SealingKey.length) bytes."
            )
        }
        return SealingKey(bytes: Array(bytes.prefix(count)))
    }

    /// Makes a file, which appears whole or not at all.
    private static func make(_ path: String, _ bytes: [UInt8]) throws(StoreOpenError) {
        let draft = "\(path).new"
        let failure: (String) -> StoreOpenError = { what in
            StoreOpenError(
                .keyFileUnusable,
                "The key file \(path) cannot be \(what): \(self.reason)."
            )
        }
        // One that an earlier start left behind is of no use.
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, self.mode)
        guard file >= 0 else { throw failure("made") }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw failure("written")
        }
        // Unlike a renaming, this never replaces a key that another start has made meanwhile.
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure("made") }
        unlink(draft)
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try DataDirectory.sync(parent.isEmpty ? "/" : parent)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
