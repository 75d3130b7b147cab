internal import COpenSSL

/// Bytes from libcrypto's generator, fit for keys.
package enum RandomBytes {
    /// Returns `count` fresh random bytes.
    package static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            precondition(
                RAND_bytes(buffer.baseAddress, Int32(count)) == 1,
                "libcrypto has no source of randomness"
            )
            filled = count
        }
    }
}
