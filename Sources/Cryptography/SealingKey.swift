/// The daemon's key file: seals secrets at rest and makes keys for what must not be guessed.
///
/// Sealing and the derived codes use keys of their own, so that neither tells of the other.
package struct SealingKey: Sendable {
    /// Length of the key file's content, in bytes.
    package static let length = 32
    /// What a seal adds to the length of its content, in bytes: version, nonce and tag.
    package static let overhead = Sealer.overhead

    /// What the key file holds; secret.
    package let bytes: [UInt8]

    private let seal: [UInt8]
    private let webhook: HMACKey
    private let fingerprint: HMACKey

    /// Derives the keys from 32 random bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.length, "a sealing key has 32 bytes")
        self.bytes = bytes
        let key = HMACKey(bytes)
        self.seal = key.code(for: Array("promptcall seal v1".utf8))
        self.webhook = HMACKey(key.code(for: Array("promptcall webhook v1".utf8)))
        self.fingerprint = HMACKey(key.code(for: Array("promptcall request v1".utf8)))
    }

    /// Returns the 16 bytes that the webhook URLs of a call carry.
    package func webhookKey(for id: [UInt8]) -> [UInt8] {
        Array(self.webhook.code(for: id).prefix(16))
    }

    /// Returns the 32 bytes by which a repeated request is recognised.
    package func fingerprint(of canonical: [UInt8]) -> [UInt8] {
        self.fingerprint.code(for: canonical)
    }

    /// Returns what seals and opens under this key, for one thread.
    package func makeSealer() -> Sealer {
        Sealer(aes256: self.seal)
    }
}

extension SealingKey: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<a sealing key>" }
    package var debugDescription: String { self.description }
}
