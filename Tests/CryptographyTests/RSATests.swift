import Cryptography
import Foundation
import Testing

/// Signs with keys that `openssl` makes at the time of the test.
@Suite("RSA")
struct RSATests {
    @Test("PKCS#8 and PKCS#1 keys sign what their public key accepts", arguments: [false, true])
    func signs(traditional: Bool) throws {
        let pem = try openssl(["genrsa"] + (traditional ? ["-traditional"] : []) + ["2048"])
        #expect(pem.contains(traditional ? "BEGIN RSA PRIVATE KEY" : "BEGIN PRIVATE KEY"))
        let publicPEM = try openssl(["pkey", "-pubout"], input: pem)
        let signer = try RSAPrivateKey(pem: pem)
        let checker = try RSAPublicKey(pem: publicPEM)
        let token = try JWT.sign(claims: Array("{}".utf8), rs256: signer)
        let jwt = try JWT(compact: token)
        #expect(jwt.algorithm == "RS256")
        #expect(checker.isValid(signature: jwt.signature, for: jwt.signedPart))
        #expect(!checker.isValid(signature: jwt.signature, for: jwt.signedPart + [0]))
        #expect(!checker.isValid(signature: [], for: jwt.signedPart))
    }

    @Test("A key under a passphrase is refused, not asked for")
    func passphrase() throws {
        let pem = try openssl(["genrsa", "-aes128", "-passout", "pass:secret", "2048"])
        #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem: pem) }
    }

    @Test("What is not an RSA key of 2,048 bits is refused")
    func notAKey() throws {
        let curve = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        for pem in ["", "hello", try openssl(curve), try openssl(["genrsa", "1024"])] {
            #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem: pem) }
            #expect(throws: CryptographyError.self) { try RSAPublicKey(pem: pem) }
        }
    }

    private func openssl(_ arguments: [String], input: String = "") throws -> String {
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
