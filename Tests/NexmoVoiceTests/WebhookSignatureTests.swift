import Cryptography
import Foundation
import NexmoVoice
import PromptCallCore
import Testing

@Suite("WebhookSignature")
struct WebhookSignatureTests {
    /// The test vector of the reference.
    private struct Vector: Decodable {
        struct Claims: Decodable {
            var iat: Int64
            var apiKey: String
            var applicationId: String
        }
        var signatureSecret: String
        var body: String
        var claims: Claims
        var authorization: String
    }

    private let vector: Vector
    private let signature: WebhookSignature
    private let body: [UInt8]
    private let now: Timestamp

    init() throws {
        let json = try Data(Sample.bytes("signed-webhook"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self.vector = try decoder.decode(Vector.self, from: json)
        self.body = Array(vector.body.utf8)
        self.now = Timestamp(milliseconds: vector.claims.iat * 1000)
        self.signature = WebhookSignature(
            secrets: [Array(vector.signatureSecret.utf8)],
            applicationID: vector.claims.applicationId,
            account: vector.claims.apiKey
        )
    }

    /// Signs claims with the right secret; a nil leaves one out.
    private func header(_ changes: [String: String?] = [:], algorithm: String? = nil) -> String {
        let hash = Hex.encode(SHA256.digest(self.body))
        var claims: [String: String] = [
            "iat": "\(vector.claims.iat)", "iss": #""Vonage""#, "payload_hash": "\"\(hash)\"",
            "api_key": "\"\(vector.claims.apiKey)\"",
            "application_id": "\"\(vector.claims.applicationId)\"",
        ]
        for (name, value) in changes { claims[name] = value }
        let json = "{" + claims.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        let secret = Array(vector.signatureSecret.utf8)
        guard let algorithm else {
            return "Bearer " + JWT.sign(claims: Array(json.utf8), hs256: secret)
        }
        let signed =
            Base64URL.encode(Array(#"{"alg":"\#(algorithm)"}"#.utf8)) + "."
            + Base64URL.encode(Array(json.utf8))
        let code = HMACSHA256.code(for: Array(signed.utf8), key: secret)
        return "Bearer \(signed).\(Base64URL.encode(code))"
    }

    private func check(_ header: String?, at now: Timestamp? = nil) -> WebhookSignature.Verdict {
        self.signature.check(authorization: header, body: self.body, now: now ?? self.now)
    }

    @Test("The test vector is valid")
    func valid() {
        #expect(check(vector.authorization) == .valid)
        #expect(check(vector.authorization.replacing("Bearer", with: "bearer")) == .valid)
        #expect(check(header()) == .valid)
        #expect(check(header(["application_id": nil])) == .valid)
        #expect(check(header(["iat": "\(vector.claims.iat).25"])) == .valid)
    }

    @Test("None at all is missing, not wrong", arguments: [nil, ""])
    func missing(header: String?) {
        #expect(check(header) == .missing)
    }

    @Test("What is no bearer token is wrong")
    func token() {
        let token = vector.authorization.dropFirst("Bearer ".count)
        for header in [
            "Basic abc", "Bearer", "Bearer a.b", "Bearer a.b.c.d", "Bearer !.!.!", String(token),
            "Bearer \(token) more", "Bearer " + String(repeating: "a", count: 9000),
        ] {
            #expect(check(header) == .wrong(.token))
        }
    }

    @Test("No algorithm but HS256 is taken", arguments: ["none", "RS256", "HS512", "hs256"])
    func algorithm(name: String) {
        #expect(check(header(algorithm: "HS256")) == .valid)
        #expect(check(header(algorithm: name)) == .wrong(.algorithm))
    }

    @Test("Another secret is wrong")
    func otherSecret() {
        let other = WebhookSignature(secrets: [[1]], applicationID: vector.claims.applicationId)
        #expect(
            other.check(authorization: vector.authorization, body: body, now: now)
                == .wrong(.signature)
        )
        #expect(check(header().prefix { $0 != "." } + ".e30.e30") == .wrong(.signature))
    }

    @Test("While one secret replaces another, both are good, and no third", arguments: [0, 1])
    func rotation(position: Int) {
        var secrets = [Array("another secret of 32 bytes and so".utf8)]
        secrets.insert(Array(vector.signatureSecret.utf8), at: position)
        let both = WebhookSignature(
            secrets: secrets,
            applicationID: vector.claims.applicationId,
            account: vector.claims.apiKey
        )
        func check(_ header: String) -> WebhookSignature.Verdict {
            both.check(authorization: header, body: body, now: now)
        }
        #expect(check(vector.authorization) == .valid)
        #expect(check(header(["iss": nil])) == .wrong(.issuer))
        let strange = JWT.sign(claims: Array("{}".utf8), hs256: Array("a third".utf8))
        #expect(check("Bearer " + strange) == .wrong(.signature))
    }

    @Test("Each claim is checked")
    func claims() {
        #expect(check(header(["iss": #""vonage""#])) == .wrong(.issuer))
        #expect(check(header(["iss": nil])) == .wrong(.issuer))
        #expect(check(header(["api_key": #""other""#])) == .wrong(.account))
        #expect(check(header(["api_key": nil])) == .wrong(.account))
        #expect(check(header(["application_id": #""other""#])) == .wrong(.application))
        #expect(check(header(["payload_hash": nil])) == .wrong(.payload))
        #expect(check(header(["payload_hash": #""00""#])) == .wrong(.payload))
        #expect(check(header(["iat": nil])) == .wrong(.time))
        #expect(check(header(["iat": "-9223372036854775808"])) == .wrong(.time))
        #expect(check(header(["iat": "{"])) == .wrong(.claims))
    }

    @Test("Where no account is stated, none is checked")
    func noAccount() {
        let signature = WebhookSignature(
            secrets: [Array(vector.signatureSecret.utf8)],
            applicationID: vector.claims.applicationId
        )
        let header = header(["api_key": #""other""#])
        #expect(signature.check(authorization: header, body: body, now: now) == .valid)
    }

    @Test("It is good for 300 s on either side")
    func window() {
        for seconds in [-300, 300] {
            #expect(check(vector.authorization, at: now + .seconds(seconds)) == .valid)
        }
        for seconds in [-301, 301] {
            #expect(check(vector.authorization, at: now + .seconds(seconds)) == .wrong(.time))
        }
    }

    @Test("Another body is wrong")
    func otherBody() {
        let verdict = signature.check(
            authorization: vector.authorization,
            body: body + [UInt8(ascii: " ")],
            now: now
        )
        #expect(verdict == .wrong(.payload))
    }
}
