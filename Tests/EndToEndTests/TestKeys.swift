import Foundation

/// RSA keys that `openssl` makes at the time of the test.
enum TestKeys {
    /// Returns a private key and its public one, both in PEM form.
    static func make() throws -> (privatePEM: String, publicPEM: String) {
        let privatePEM = try self.openssl(["genrsa", "2048"])
        return (privatePEM, try self.openssl(["pkey", "-pubout"], input: privatePEM))
    }

    private static func openssl(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let text = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
