internal import COpenSSL

/// Seals and opens under one key, with what libcrypto needs for it made once.
///
/// It is used by one thread at a time.
package final class Sealer {
    private let sealing: OpaquePointer
    private let opening: OpaquePointer
    /// Random bytes that no seal has used.
    private var fresh: ArraySlice<UInt8> = []

    /// What a seal adds to the length of its content, in bytes: version, nonce and tag.
    static let overhead = 1 + nonceLength + tagLength

    private static let version: UInt8 = 1
    private static let nonceLength = 12
    private static let tagLength = 16
    /// Nonces drawn at once, for a draw costs as much as a seal.
    private static let noncesDrawn = 64

    /// Prepares a key of 32 bytes.
    init(aes256 key: [UInt8]) {
        guard let sealing = EVP_CIPHER_CTX_new(), let opening = EVP_CIPHER_CTX_new(),
            EVP_EncryptInit_ex(sealing, EVP_aes_256_gcm(), nil, key, nil) == 1,
            EVP_DecryptInit_ex(opening, EVP_aes_256_gcm(), nil, key, nil) == 1
        else { preconditionFailure("libcrypto lacks AES-256-GCM") }
        self.sealing = sealing
        self.opening = opening
    }

    deinit {
        EVP_CIPHER_CTX_free(self.sealing)
        EVP_CIPHER_CTX_free(self.opening)
    }

    /// Seals `plain` with AES-256-GCM under a fresh nonce.
    ///
    /// The context says what the seal belongs to; ``open(_:context:)`` must be given the same.
    package func seal(_ plain: [UInt8], context: [UInt8]) -> [UInt8] {
        let count = plain.count + Self.overhead
        var sealed = [UInt8](repeating: 0, count: count)
        sealed[0] = Self.version
        sealed.replaceSubrange(1...Self.nonceLength, with: self.takeNonce())
        let isDone = sealed.withUnsafeMutableBytes { sealed in
            let sealed = sealed.assumingMemoryBound(to: UInt8.self)
            guard let start = sealed.baseAddress else { return false }
            let body = start + 1 + Self.nonceLength
            var written: Int32 = 0
            let tagLength = Int32(Self.tagLength)
            return EVP_EncryptInit_ex(self.sealing, nil, nil, nil, start + 1) == 1
                && EVP_EncryptUpdate(self.sealing, nil, &written, context, Int32(context.count))
                    == 1
                && EVP_EncryptUpdate(self.sealing, body, &written, plain, Int32(plain.count)) == 1
                && EVP_EncryptFinal_ex(self.sealing, nil, &written) == 1
                && EVP_CIPHER_CTX_ctrl(
                    self.sealing,
                    EVP_CTRL_GCM_GET_TAG,
                    tagLength,
                    body + plain.count
                ) == 1
        }
        precondition(isDone, "libcrypto lacks AES-256-GCM")
        return sealed
    }

    /// Returns what was sealed under the same key and context.
    ///
    /// - Throws: ``CryptographyError`` with code `sealBroken`.
    package func open(_ sealed: [UInt8], context: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let plainCount = sealed.count - Self.overhead
        guard plainCount >= 0, sealed[0] == Self.version else { throw Self.broken }
        var plain = [UInt8](repeating: 0, count: plainCount)
        var tag = Array(sealed.suffix(Self.tagLength))
        let isGenuine = sealed.withUnsafeBufferPointer { sealed in
            guard let start = sealed.baseAddress else { return false }
            let body = start + 1 + Self.nonceLength
            var written: Int32 = 0
            let tagLength = Int32(Self.tagLength)
            return EVP_DecryptInit_ex(self.opening, nil, nil, nil, start + 1) == 1
                && EVP_DecryptUpdate(self.opening, nil, &written, context, Int32(context.count))
                    == 1
                && EVP_DecryptUpdate(self.opening, &plain, &written, body, Int32(plainCount)) == 1
                && EVP_CIPHER_CTX_ctrl(self.opening, EVP_CTRL_GCM_SET_TAG, tagLength, &tag) == 1
                && EVP_DecryptFinal_ex(self.opening, nil, &written) == 1
        }
        guard isGenuine else { throw Self.broken }
        return plain
    }

    private func takeNonce() -> ArraySlice<UInt8> {
        if self.fresh.isEmpty {
            self.fresh = RandomBytes.make(Self.nonceLength * Self.noncesDrawn)[...]
        }
        defer { self.fresh.removeFirst(Self.nonceLength) }
        return self.fresh.prefix(Self.nonceLength)
    }

    private static var broken: CryptographyError {
        CryptographyError(
            .sealBroken,
            "A sealed value cannot be opened: it is damaged, or the key file is another one."
        )
    }
}
