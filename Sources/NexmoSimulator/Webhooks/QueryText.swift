/// A webhook's body as the query of a GET: nested values are JSON text (reference, section 5.2).
struct QueryText {
    private let members: [(name: String, value: String)]

    init(_ body: JSON) {
        guard case .object(let members) = body else {
            self.members = []
            return
        }
        self.members = members.map { member in
            (
                member.name,
                member.value.string ?? String(decoding: member.value.bytes, as: UTF8.self)
            )
        }
    }

    /// What the signature covers: an object of the parameters in their order (section 6).
    var signedJSON: JSON {
        .object(self.members.map { JSON.Member($0.name, .string($0.value)) })
    }

    /// `name=value&…`, percent-encoded.
    var text: String {
        self.members.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
            .joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let hex = String(byte, radix: 16, uppercase: true)
            return hex.count == 1 ? "%0" + hex : "%" + hex
        }.joined()
    }
}
