/// Reads JSON text (RFC 8259) in one pass.
struct JSONParser {
    /// Deepest nesting of arrays and objects.
    static let depthMax = 32

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads one value that fills the text.
    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error("the end") }
        return value
    }

    private func error(_ expected: String) -> JSONSyntaxError {
        JSONSyntaxError(message: "expected \(expected)", offset: self.position)
    }

    private var next: UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private mutating func skipSpace() {
        while let byte = self.next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { self.position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.next == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth <= Self.depthMax else { throw self.error("less nesting") }
        self.skipSpace()
        switch self.next {
        case UInt8(ascii: "{"): return try self.object(depth: depth)
        case UInt8(ascii: "["): return try self.array(depth: depth)
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: return try self.number()
        }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        guard self.bytes[self.position...].starts(with: word.utf8) else {
            throw self.error("a value")
        }
        self.position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
        self.position += 1
        var members: [JSON.Member] = []
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            self.skipSpace()
            guard self.next == UInt8(ascii: "\"") else { throw self.error("a member's name") }
            let name = try self.string()
            guard !members.contains(where: { $0.name == name }) else {
                throw self.error("a name of its own")
            }
            self.skipSpace()
            guard self.take(UInt8(ascii: ":")) else { throw self.error("a colon") }
            members.append(JSON.Member(name, try self.value(depth: depth + 1)))
            self.skipSpace()
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "}")) else { throw self.error("a comma or brace") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
        self.position += 1
        var elements: [JSON] = []
        self.skipSpace()
        if self.take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try self.value(depth: depth + 1))
            self.skipSpace()
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "]")) else { throw self.error("a comma or bracket") }
        return .array(elements)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = self.position
        while let byte = self.next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            self.position += 1
        }
        guard self.position > start else { throw self.error("a value") }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = self.position
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        return .number(String(decoding: self.bytes[start..<self.position], as: UTF8.self))
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        self.position += 1
        var text: [UInt8] = []
        while let byte = self.next {
            self.position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw self.error("UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try self.escape(into: &text)
            case 0x00..<0x20: throw self.error("an escaped control character")
            default: text.append(byte)
            }
        }
        throw self.error("a closing quote")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = self.next else { throw self.error("an escape") }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(try self.escapedScalar()).utf8)
        default: throw self.error("an escape")
        }
    }

    private mutating func escapedScalar() throws(JSONSyntaxError) -> Character {
        let unit = try self.hexUnit()
        if let scalar = Unicode.Scalar(unit) { return Character(scalar) }
        guard (0xD800..<0xDC00).contains(unit), self.take(UInt8(ascii: "\\")),
            self.take(UInt8(ascii: "u"))
        else { throw self.error("a pair of surrogates") }
        let low = try self.hexUnit()
        let code = 0x10000 + (unit - 0xD800) << 10 + (low &- 0xDC00)
        guard (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(code) else {
            throw self.error("a pair of surrogates")
        }
        return Character(scalar)
    }

    private mutating func hexUnit() throws(JSONSyntaxError) -> UInt32 {
        guard self.position + 4 <= self.bytes.count,
            let text = String(
                validating: self.bytes[self.position..<self.position + 4],
                as: UTF8.self
            ),
            text.allSatisfy(\.isHexDigit), let unit = UInt32(text, radix: 16)
        else { throw self.error("four hex digits") }
        self.position += 4
        return unit
    }
}

extension JSON {
    /// Reads one value that fills the text.
    package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
        try JSONParser.parse(bytes)
    }
}
