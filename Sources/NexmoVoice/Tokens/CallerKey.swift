internal import Cryptography

/// A private key that came with a call.
package enum CallerKey {
    /// Longest key taken, in bytes of PEM.
    package static let bytesMax = 16 << 10

    /// Why a caller's key is refused; it never quotes the key.
    package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Checks at submission that a text is an RSA private key.
    package static func check(pem: String) throws(Fault) {
        guard pem.utf8.count <= self.bytesMax else {
            throw Fault(description: "The private key is longer than \(self.bytesMax) bytes.")
        }
        do {
            _ = try RSAPrivateKey(pem: pem)
        } catch {
            throw Fault(description: error.message)
        }
    }
}
