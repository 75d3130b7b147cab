internal import COpenSSL

/// A key for HMAC with SHA-256 (RFC 2104) that is prepared once and used often.
///
/// A code under it costs a third of what ``HMACSHA256`` takes, which looks its algorithms up and
/// digests the key each time.
final class HMACKey: @unchecked Sendable {
    // Each digest has taken in its half of the key. Both are written in `init` and `deinit` alone;
    // in between they are copied, which libcrypto allows from any thread at once.
    private let inner: OpaquePointer
    private let outer: OpaquePointer

    /// Length of the block that SHA-256 works on, in bytes; no key here is longer.
    private static let blockLength = 64

    /// Prepares a key of at most 64 bytes.
    init(_ key: [UInt8]) {
        precondition(key.count <= Self.blockLength, "an HMAC key has at most 64 bytes")
        let block = key + [UInt8](repeating: 0, count: Self.blockLength - key.count)
        self.inner = Self.makeDigest(of: block.map { $0 ^ 0x36 })
        self.outer = Self.makeDigest(of: block.map { $0 ^ 0x5c })
    }

    deinit {
        EVP_MD_CTX_free(self.inner)
        EVP_MD_CTX_free(self.outer)
    }

    /// Returns the 32 bytes of the authentication code of `bytes`.
    func code(for bytes: [UInt8]) -> [UInt8] {
        let working = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(working) }
        return [UInt8](unsafeUninitializedCapacity: SHA256.length) { buffer, count in
            let code = buffer.baseAddress
            let isDone =
                EVP_MD_CTX_copy_ex(working, self.inner) == 1
                && EVP_DigestUpdate(working, bytes, bytes.count) == 1
                && EVP_DigestFinal_ex(working, code, nil) == 1
                && EVP_MD_CTX_copy_ex(working, self.outer) == 1
                && EVP_DigestUpdate(working, code, SHA256.length) == 1
                && EVP_DigestFinal_ex(working, code, nil) == 1
            precondition(isDone, "libcrypto lacks HMAC-SHA-256")
            count = SHA256.length
        }
    }

    private static func makeDigest(of block: [UInt8]) -> OpaquePointer {
        guard let digest = EVP_MD_CTX_new(),
            EVP_DigestInit_ex(digest, EVP_sha256(), nil) == 1,
            EVP_DigestUpdate(digest, block, block.count) == 1
        else { preconditionFailure("libcrypto lacks SHA-256") }
        return digest
    }
}
