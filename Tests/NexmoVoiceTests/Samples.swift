import Cryptography
import Foundation
import NexmoVoice
import PromptCallCore

/// The samples of the reference.
enum Sample {
    static func bytes(_ name: String) throws -> [UInt8] {
        let url = Bundle.module.bundleURL.appending(path: "Resources/\(name).json")
        return Array(try Data(contentsOf: url))
    }

    static let names = [
        "answer-post", "call-detail-200", "created-201", "error-400-invalid-params", "error-401",
        "error-429", "event-completed", "event-error-ncco", "event-machine-beep",
        "event-rejected", "event-ringing", "input-legacy", "input-new-empty", "input-new",
        "signed-webhook",
    ]
}

/// A call, and what belongs to it, as tests want it.
enum Fixture {
    static let id = CallID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
    static let uuid = "3f0c9a52-7d1e-4b86-9c44-0a6be21d5f70"
    static let conversation = "CON-b84d2e17-65a9-4f03-8e7c-19d0f3a26c5b"
    static let sealing = SealingKey(bytes: Array(repeating: 7, count: SealingKey.length))
    static let urls = WebhookURLs(base: "https://hooks.example.com/nexmo/", sealing: sealing)
    static let now = Timestamp(milliseconds: 1_772_442_845_000)

    /// The webhook key of the call, as its URLs show it.
    static let key = Hex.encode(sealing.webhookKey(for: id.bytes))
    /// What the URLs of the call begin with, up to the kind.
    static func url(_ kind: String, _ query: String) -> String {
        "https://hooks.example.com/nexmo/v1/\(kind)/\(id)/\(key)?\(query)"
    }

    static func path(_ kind: String, _ query: String) throws -> WebhookPath {
        guard case .leg(let path) = urls.route("/v1/\(kind)/\(id)/\(key)?\(query)") else {
            throw Missing()
        }
        return path
    }

    static func call(
        prompt: PromptKind = .pin(length: 4),
        script: CallScript = CallScript(text: "Enter \"it\"", byeText: "Bye"),
        voice: Voice = Voice(),
        plays: Int = 1,
        hashIsDigit: Bool = false
    ) throws -> ScriptedCall {
        guard let to = PhoneNumber("447700900123"), let from = PhoneNumber("447700900001") else {
            throw Missing()
        }
        return ScriptedCall(
            id: id,
            leg: 2,
            terms: CallTerms(
                to: to,
                from: from,
                prompt: prompt,
                speech: SpeechLengths(of: script),
                voice: voice,
                credentials: .profile("default"),
                plays: plays,
                inputTimeout: .milliseconds(4500),
                hashIsDigit: hashIsDigit,
                expiresAt: now + .seconds(600)
            ),
            script: script
        )
    }

    struct Missing: Error {}
}

/// An RSA key that `openssl` makes at the time of the test.
struct TestKey {
    let pem: String
    let key: RSAPrivateKey
    let publicKey: RSAPublicKey

    static let made = Result { try TestKey() }

    init() throws {
        self.pem = try Self.openssl(["genrsa", "2048"])
        self.key = try RSAPrivateKey(pem: self.pem)
        self.publicKey = try RSAPublicKey(
            pem: Self.openssl(["pkey", "-pubout"], input: self.pem)
        )
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
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
