/// Writes JSON (RFC 8259) into bytes, in the order of the calls.
///
/// It puts the commas; that objects hold members and arrays hold values is up to the caller.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    private static let hexDigits = Array("0123456789abcdef".utf8)

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        self.container("{", "}", members)
    }

    mutating func array(_ elements: (inout JSONWriter) -> Void) {
        self.container("[", "]", elements)
    }

    mutating func member(_ name: String, _ text: String) {
        self.key(name)
        self.string(text)
    }

    mutating func member(_ name: String, _ number: Int) {
        self.key(name)
        self.raw(String(number))
    }

    mutating func member(_ name: String, _ flag: Bool) {
        self.key(name)
        self.raw(flag ? "true" : "false")
    }

    mutating func member(_ name: String, object members: (inout JSONWriter) -> Void) {
        self.key(name)
        self.object(members)
    }

    mutating func member(_ name: String, array elements: (inout JSONWriter) -> Void) {
        self.key(name)
        self.array(elements)
    }

    /// An array of one text, as Nexmo wants its URLs.
    mutating func member(_ name: String, only text: String) {
        self.member(name, array: { $0.string(text) })
    }

    /// A value that is JSON already.
    mutating func member(_ name: String, json: [UInt8]) {
        self.key(name)
        self.comma()
        self.bytes += json
        self.needsComma = true
    }

    mutating func string(_ text: String) {
        self.comma()
        self.quoted(text)
        self.needsComma = true
    }

    private mutating func key(_ name: String) {
        self.comma()
        self.quoted(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    private mutating func raw(_ text: String) {
        self.comma()
        self.bytes += text.utf8
        self.needsComma = true
    }

    private mutating func container(
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ content: (inout JSONWriter) -> Void
    ) {
        self.comma()
        self.bytes.append(UInt8(ascii: open))
        self.needsComma = false
        content(&self)
        self.bytes.append(UInt8(ascii: close))
        self.needsComma = true
    }

    private mutating func comma() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quoted(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.bytes.append(UInt8(ascii: "\\"))
                self.bytes.append(byte)
            case 0..<0x20:
                self.bytes += "\\u00".utf8
                self.bytes.append(Self.hexDigits[Int(byte >> 4)])
                self.bytes.append(Self.hexDigits[Int(byte & 15)])
            default:
                self.bytes.append(byte)
            }
        }
        self.bytes.append(UInt8(ascii: "\""))
    }
}
