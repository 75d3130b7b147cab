import Glibc

/// Reads the file of a private key; nothing of it reaches an error.
enum PrivateKeyFile {
    /// The longest key that the API takes, in bytes (`PrivateKey.pem`).
    static let bytesMax = 16 << 10

    /// Reads a file whole.
    ///
    /// - Throws: ``CommandFailure`` with the path and why the file cannot be used.
    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "re") else { throw self.failure(path, errno) }
        defer { fclose(file) }
        // One byte more, to see that there is more.
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { throw self.failure(path, errno) }
        guard count <= Self.bytesMax else {
            throw CommandFailure.badArguments(
                "The key file '\(path)' is longer than \(Self.bytesMax) bytes."
            )
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self), !text.isEmpty else {
            throw CommandFailure.badArguments("The key file '\(path)' is empty or not text.")
        }
        return text
    }

    private static func failure(_ path: String, _ number: CInt) -> CommandFailure {
        let reason = String(cString: strerror(number))
        return .badArguments("Cannot read the key file '\(path)': \(reason).")
    }
}
