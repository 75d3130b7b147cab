internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// Returns the 32 bytes of the authentication code of `bytes` under `key`.
    package static func code(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.length) { buffer, count in
            var written: UInt32 = 0
            let done = HMAC(
                EVP_sha256(),
                key,
                Int32(key.count),
                bytes,
                bytes.count,
                buffer.baseAddress,
                &written
            )
            precondition(done != nil, "libcrypto lacks HMAC-SHA-256")
            count = Int(written)
        }
    }
}
