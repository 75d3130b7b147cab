#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The key that callbacks are signed with (Standard Webhooks, "Signature scheme").
package struct CallbackSigningSecret: Equatable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// The HMAC key, at least one byte.
    package let bytes: [UInt8]

    private static let prefix = "whsec_"

    /// Reads `whsec_` and padded base64.
    ///
    /// - Throws: ``InvalidValue`` where it is anything else, without showing it.
    package init(_ text: String) throws(InvalidValue) {
        guard text.hasPrefix(Self.prefix) else {
            throw InvalidValue("does not start with \(Self.prefix)")
        }
        guard let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) else {
            throw InvalidValue("is not padded base64 behind \(Self.prefix)")
        }
        guard !data.isEmpty else { throw InvalidValue("has nothing behind \(Self.prefix)") }
        self.bytes = [UInt8](data)
    }

    package var description: String { "<\(self.bytes.count) bytes>" }
    package var debugDescription: String { self.description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
