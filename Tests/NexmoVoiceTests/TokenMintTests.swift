import Cryptography
import Foundation
import NexmoVoice
import PromptCallCore
import Synchronization
import Testing

/// Counts 1, 2, …
private final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { self.count.add(1, ordering: .relaxed).newValue }
}

@Suite("TokenMint")
struct TokenMintTests {
    private let key: TestKey
    private let mint: TokenMint
    private let now = Fixture.now

    init() throws {
        self.key = try TestKey.made.get()
        let counter = Counter()
        self.mint = TokenMint(
            profiles: [
                NexmoProfile(name: "default", applicationID: "app-1", key: key.key),
                NexmoProfile(name: "eu", applicationID: "app-2", key: key.key, url: "https://eu"),
            ],
            makeTokenID: { "id-\(counter.next())" }
        )
    }

    private func claims(_ token: String) throws -> [String: String] {
        let jwt = try JWT(compact: token)
        #expect(jwt.algorithm == "RS256")
        #expect(key.publicKey.isValid(signature: jwt.signature, for: jwt.signedPart))
        let object = try JSONSerialization.jsonObject(with: Data(jwt.claims))
        return try #require(object as? [String: Any]).mapValues { "\($0)" }
    }

    @Test("A token says who, when, and until when")
    func content() throws {
        let token = try mint.token(for: .profile("default"), now: now)
        let iat = now.milliseconds / 1000 - 5
        #expect(
            try claims(token)
                == [
                    "application_id": "app-1", "iat": "\(iat)", "jti": "id-1",
                    "exp": "\(iat + 900)",
                ]
        )
    }

    @Test("It is used for 300 s, and not after the clock went back")
    func reuse() throws {
        let first = try mint.token(for: .profile("default"), now: now)
        #expect(try mint.token(for: .profile("default"), now: now + .seconds(299)) == first)
        let second = try mint.token(for: .profile("default"), now: now + .seconds(300))
        #expect(second != first)
        #expect(try mint.token(for: .profile("default"), now: now) != second)
    }

    @Test("Each key has its own")
    func perKey() throws {
        let own = CallCredentials.privateKey(applicationID: "app-3", pem: key.pem)
        let other = CallCredentials.privateKey(applicationID: "app-4", pem: key.pem)
        let all = [CallCredentials.profile("default"), .profile("eu"), own, other]
        let tokens = try all.map { try mint.token(for: $0, now: now) }
        #expect(Set(tokens).count == 4)
        #expect(try all.map { try mint.token(for: $0, now: now) } == tokens)
        #expect(
            try tokens.map { try claims($0)["application_id"] } == [
                "app-1", "app-2", "app-3", "app-4",
            ]
        )
    }

    @Test("A refused one is made anew, once for all who held it")
    func invalidate() throws {
        for credentials in [
            CallCredentials.profile("eu"), .privateKey(applicationID: "a", pem: key.pem),
        ] {
            let first = try mint.token(for: credentials, now: now)
            #expect(mint.invalidate(first, of: credentials))
            let second = try mint.token(for: credentials, now: now)
            #expect(second != first)
            #expect(mint.invalidate(first, of: credentials))
            #expect(try mint.token(for: credentials, now: now) == second)
        }
    }

    @Test("A caller's token is passed on, and there is no fresh one")
    func callerToken() throws {
        #expect(try mint.token(for: .jwt("a.b.c"), now: now) == "a.b.c")
        #expect(!mint.invalidate("a.b.c", of: .jwt("a.b.c")))
    }

    @Test("Without a profile or a key there is none")
    func faults() throws {
        #expect(throws: TokenMint.Fault.unknownProfile("x")) {
            try mint.token(for: .profile("x"), now: now)
        }
        #expect(throws: TokenMint.Fault.self) {
            try mint.token(for: .privateKey(applicationID: "a", pem: "no"), now: now)
        }
    }

    @Test("Profiles can be read anew")
    func replace() throws {
        let first = try mint.token(for: .profile("default"), now: now)
        #expect(mint.url(for: .profile("eu")) == "https://eu")
        mint.replace(profiles: [
            NexmoProfile(name: "default", applicationID: "app-9", key: key.key)
        ])
        let second = try mint.token(for: .profile("default"), now: now)
        #expect(second != first)
        #expect(try claims(second)["application_id"] == "app-9")
        #expect(mint.url(for: .profile("eu")) == nil)
        #expect(throws: TokenMint.Fault.unknownProfile("eu")) {
            try mint.token(for: .profile("eu"), now: now)
        }
    }

    @Test("Keys that came with calls are remembered up to a bound")
    func bound() throws {
        func own(_ number: Int) -> CallCredentials {
            .privateKey(applicationID: "\(number)", pem: key.pem)
        }
        let first = try mint.token(for: own(0), now: now)
        let second = try mint.token(for: own(1), now: now + .seconds(1))
        for number in 2..<TokenMint.ownKeysMax {
            _ = try mint.token(for: own(number), now: now + .seconds(2))
        }
        // Used again, so that it is no longer the oldest.
        #expect(try mint.token(for: own(0), now: now + .seconds(3)) == first)
        _ = try mint.token(for: own(-1), now: now + .seconds(4))
        #expect(try mint.token(for: own(0), now: now + .seconds(5)) == first)
        #expect(try mint.token(for: own(1), now: now + .seconds(6)) != second)
    }
}
