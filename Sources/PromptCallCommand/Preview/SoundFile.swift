import Glibc

/// Writes a sound, which only its owner may hear: it may tell a PIN.
enum SoundFile {
    /// Writes a file whole, in place of one that is there.
    ///
    /// - Throws: ``CommandFailure`` with the path and why it cannot be written.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw self.failure(path, errno) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                let number = errno
                close(descriptor)
                throw self.failure(path, number)
            }
        }
        guard close(descriptor) == 0 else { throw self.failure(path, errno) }
    }

    private static func failure(_ path: String, _ number: CInt) -> CommandFailure {
        .badArguments("Cannot write '\(path)': \(String(cString: strerror(number))).")
    }
}
