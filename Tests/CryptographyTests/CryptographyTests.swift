import Cryptography
import Testing

@Suite("Cryptography")
struct CryptographyTests {
    @Test("SHA-256 agrees with FIPS 180-4")
    func digest() {
        #expect(
            Hex.encode(SHA256.digest(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(
            Hex.encode(SHA256.digest([]))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }

    @Test("HMAC-SHA-256 agrees with RFC 4231, test case 2")
    func code() {
        let code = HMACSHA256.code(
            for: Array("what do ya want for nothing?".utf8),
            key: Array("Jefe".utf8)
        )
        #expect(
            Hex.encode(code)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test("The codes of a key file are HMACs under keys that are HMACs themselves")
    func derivedCodes() {
        let bytes = RandomBytes.make(SealingKey.length)
        let key = SealingKey(bytes: bytes)
        func derived(_ purpose: String) -> [UInt8] {
            HMACSHA256.code(for: Array(purpose.utf8), key: bytes)
        }
        for length in [0, 1, 16, 55, 56, 64, 1000] {
            let message = RandomBytes.make(length)
            #expect(
                key.fingerprint(of: message)
                    == HMACSHA256.code(for: message, key: derived("promptcall request v1"))
            )
            #expect(
                key.webhookKey(for: message)[...]
                    == HMACSHA256.code(for: message, key: derived("promptcall webhook v1"))
                    .prefix(16)
            )
        }
    }

    @Test("Base64URL reads what it writes", arguments: 0...64)
    func base64(length: Int) {
        let bytes = RandomBytes.make(length)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }

    @Test("Base64URL refuses what is not its own", arguments: ["a", "ab=", "a+b/", "a b", "AB"])
    func base64Refused(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Hex reads what it writes and refuses the rest")
    func hex() {
        #expect(Hex.decode("00ff7F") == [0, 255, 127])
        #expect(Hex.encode([0, 255, 127]) == "00ff7f")
        #expect(Hex.decode("0") == nil)
        #expect(Hex.decode("zz") == nil)
    }

    @Test("A seal opens under its own key and context alone")
    func seals() throws {
        let key = SealingKey(bytes: RandomBytes.make(32))
        let sealer = key.makeSealer()
        let plain = Array("4831 and more".utf8)
        let sealed = sealer.seal(plain, context: [1, 2])
        #expect(sealed.count == plain.count + SealingKey.overhead)
        #expect(try sealer.open(sealed, context: [1, 2]) == plain)
        #expect(try key.makeSealer().open(sealed, context: [1, 2]) == plain)
        #expect(throws: CryptographyError.self) { try sealer.open(sealed, context: [1, 3]) }
        #expect(throws: CryptographyError.self) {
            let other = SealingKey(bytes: RandomBytes.make(32))
            return try other.makeSealer().open(sealed, context: [1, 2])
        }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: CryptographyError.self) { try sealer.open(altered, context: [1, 2]) }
            // What failed leaves nothing behind.
            #expect(try sealer.open(sealed, context: [1, 2]) == plain)
        }
        #expect(throws: CryptographyError.self) { try sealer.open([], context: []) }
        #expect(try sealer.open(sealer.seal([], context: []), context: []) == [])
    }

    @Test("No two seals have a nonce in common, and all of them open")
    func nonces() throws {
        let sealer = SealingKey(bytes: RandomBytes.make(32)).makeSealer()
        let seals = (0..<1000).map { sealer.seal([UInt8](repeating: 7, count: $0), context: []) }
        #expect(Set(seals.map { Array($0[1...12]) }).count == seals.count)
        for (index, sealed) in seals.enumerated() {
            #expect(try sealer.open(sealed, context: []).count == index)
        }
    }

    @Test("A key does not print what it is")
    func printsNothing() {
        let key = SealingKey(bytes: [UInt8](repeating: 113, count: 32))
        #expect(!"\(key)\(String(reflecting: key))".contains("113"))
    }

    @Test("An HS256 token is taken apart again")
    func tokens() throws {
        let token = JWT.sign(claims: Array(#"{"iat":1}"#.utf8), hs256: Array("k".utf8))
        let jwt = try JWT(compact: token)
        #expect(jwt.algorithm == "HS256")
        #expect(jwt.claims == Array(#"{"iat":1}"#.utf8))
        #expect(jwt.signature == HMACSHA256.code(for: jwt.signedPart, key: Array("k".utf8)))
        for text in ["", "a.b", "a.b.c", "....", token + ".x"] {
            #expect(throws: CryptographyError.self) { try JWT(compact: text) }
        }
    }
}
