import Cryptography
import NexmoVoice
import PromptCallCore
import Testing

@Suite("Callers' own credentials")
struct CallerTokenTests {
    private let now = Fixture.now
    private var second: Int64 { self.now.milliseconds / 1000 }

    private func token(_ claims: String, algorithm: String = "RS256") -> String {
        let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)"}"#.utf8))
        return "\(header).\(Base64URL.encode(Array(claims.utf8))).c2ln"
    }

    @Test("A token with its claims is taken, and says when it ends")
    func valid() throws {
        let stated = token(#"{"application_id":"app","iat":1,"exp":\#(second + 60)}"#)
        let read = try CallerToken(stated, now: now)
        #expect(read.applicationID == "app")
        #expect(read.expiresAt == now + .seconds(60))
        let implied = token(#"{"application_id":"app","iat":\#(second).5}"#)
        #expect(try CallerToken(implied, now: now).expiresAt == now + .seconds(900))
    }

    @Test("Each fault is told by its name")
    func faults() {
        let later = second + 60
        let cases: [(String, CallerToken.Fault)] = [
            (String(repeating: "a", count: 8193), .tooLong), ("a.b", .notAToken),
            ("", .notAToken), (token("[]"), .notAToken),
            (String(token(#"{"application_id":"a","exp":\#(later)}"#).dropLast(4)), .notAToken),
            (token(#"{"application_id":"a","exp":\#(later)}"#, algorithm: "HS256"), .algorithm),
            (token(#"{"exp":\#(later)}"#), .claim("application_id")),
            (token(#"{"application_id":"","exp":\#(later)}"#), .claim("application_id")),
            (token(#"{"application_id":"a"}"#), .claim("iat")),
            (token(#"{"application_id":"a","exp":"soon"}"#), .claim("exp")),
            (token(#"{"application_id":"a","exp":\#(second)}"#), .expired),
            (token(#"{"application_id":"a","iat":\#(second - 900)}"#), .expired),
        ]
        for (token, fault) in cases {
            #expect(throws: fault) { try CallerToken(token, now: now) }
            #expect(token.isEmpty || !fault.description.contains(token))
        }
    }

    @Test("A private key has to be one, and not too long")
    func key() throws {
        let pem = try TestKey.made.get().pem
        try CallerKey.check(pem: pem)
        #expect(throws: CallerKey.Fault.self) { try CallerKey.check(pem: "no key") }
        #expect(throws: CallerKey.Fault.self) {
            try CallerKey.check(pem: pem + String(repeating: "\n", count: 16 << 10))
        }
    }
}
