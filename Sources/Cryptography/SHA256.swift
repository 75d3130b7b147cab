internal import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// Length of a digest, in bytes.
    package static let length = 32

    /// Returns the 32 bytes of the digest of `bytes`.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            var written: UInt32 = 0
            let done = EVP_Digest(
                bytes,
                bytes.count,
                buffer.baseAddress,
                &written,
                EVP_sha256(),
                nil
            )
            precondition(done == 1, "libcrypto lacks SHA-256")
            count = Int(written)
        }
    }
}
