/// Reads the files that `*-file` keys name.
///
/// A name is a path, absolute or relative to the working directory. Where no file can be read
/// there, a name without a slash is looked up in `$CREDENTIALS_DIRECTORY` (systemd.exec(5),
/// "Credentials").
package struct SecretFiles: Sendable {
    private let credentialsDirectory: String?
    private let readFile: @Sendable (String) throws -> [UInt8]

    /// - Parameters:
    ///   - environment: Variables by name; `CREDENTIALS_DIRECTORY` is the one that counts.
    ///   - readFile: Reads the file of a path, such as ``DiskFile/bytes(at:)``; what it throws
    ///     is part of the error and must not hold what the file holds.
    package init(
        environment: [String: String],
        readFile: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.credentialsDirectory = environment["CREDENTIALS_DIRECTORY"].flatMap {
            $0.isEmpty ? nil : $0
        }
        self.readFile = readFile
    }

    /// What a file holds, to the last byte.
    ///
    /// - Throws: ``ConfigurationError`` naming key and path where it cannot be read.
    package func contents(of file: SecretFile) throws(ConfigurationError) -> [UInt8] {
        var failures: [String] = []
        for path in self.candidates(for: file) {
            do {
                return try self.readFile(path)
            } catch {
                failures.append("'\(path)' cannot be read: \(error)")
            }
        }
        throw self.refused(file, failures.joined(separator: "; "))
    }

    /// The secret in a file: what it holds without one closing newline.
    ///
    /// - Throws: ``ConfigurationError`` naming key and path where it cannot be read or is empty.
    package func secret(in file: SecretFile) throws(ConfigurationError) -> [UInt8] {
        var bytes = try self.contents(of: file)
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            // A newline of two bytes is one newline.
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        guard !bytes.isEmpty else {
            throw self.refused(file, "'\(file.path)' is empty; it must hold a secret")
        }
        return bytes
    }

    /// The secrets in a file that may hold two, one a line, so that both are valid while one
    /// replaces the other.
    ///
    /// - Throws: ``ConfigurationError`` naming key and path where it cannot be read, has an empty
    ///   line, or more lines than two.
    package func rotatingSecrets(in file: SecretFile) throws(ConfigurationError) -> [[UInt8]] {
        let lines = try self.secret(in: file)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) }
        guard lines.count <= Self.rotatingSecretsMax, lines.allSatisfy({ !$0.isEmpty }) else {
            throw self.refused(
                file,
                "'\(file.path)' must hold one secret, or two on a line each, and no empty line"
            )
        }
        return lines
    }

    /// Most secrets that are valid at once.
    private static let rotatingSecretsMax = 2

    /// The secret that callbacks are signed with.
    ///
    /// - Throws: ``ConfigurationError`` naming key and path where the file cannot be read or
    ///   holds anything but `whsec_` and base64.
    package func callbackSigningSecret(
        in file: SecretFile
    ) throws(ConfigurationError) -> CallbackSigningSecret {
        let text = String(decoding: try self.secret(in: file), as: UTF8.self)
        do {
            return try CallbackSigningSecret(text)
        } catch {
            throw self.refused(
                file,
                "what '\(file.path)' holds \(error.message); it must be whsec_ and base64"
            )
        }
    }

    private func candidates(for file: SecretFile) -> [String] {
        guard let directory = self.credentialsDirectory, !file.path.contains("/"),
            file.path != ".", file.path != ".."
        else { return [file.path] }
        return [file.path, "\(directory)/\(file.path)"]
    }

    private func refused(_ file: SecretFile, _ message: String) -> ConfigurationError {
        ConfigurationError(code: .configuration, setting: file.key, message: message)
    }
}
