internal import Foundation
package import NIOSSL

/// An authority that `openssl` makes at the time of the test, and the certificates it signs.
package struct TestAuthority: Sendable {
    package struct Failure: Error {}

    /// Its own certificate, in PEM form.
    package let pem: [UInt8]
    private let directory: URL

    /// Gives a body an authority whose files are gone afterwards.
    package static func run<Result>(
        _ body: (TestAuthority) async throws -> Result
    ) async throws -> Result {
        let directory = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("promptcall-ca-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(try TestAuthority(directory))
    }

    private init(_ directory: URL) throws {
        self.directory = directory
        try Self.openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority",
            ],
            in: directory
        )
        self.pem = Array(try Data(contentsOf: directory.appendingPathComponent("ca.pem")))
    }

    /// What a server presents whose certificate names this, such as `IP:127.0.0.1`.
    package func server(for name: String) throws -> NIOSSLContext {
        try Self.openssl(
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=Test server",
            ],
            in: self.directory
        )
        try Data("subjectAltName=\(name)\n".utf8)
            .write(to: self.directory.appendingPathComponent("names"))
        try Self.openssl(
            [
                "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.pem",
            ],
            in: self.directory
        )
        let certificates = try NIOSSLCertificate.fromPEMFile(
            self.directory.appendingPathComponent("server.pem").path
        )
        let key = try NIOSSLPrivateKey(
            file: self.directory.appendingPathComponent("server.key").path,
            format: .pem
        )
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
        )
    }

    private static func openssl(_ arguments: [String], in directory: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
    }
}
