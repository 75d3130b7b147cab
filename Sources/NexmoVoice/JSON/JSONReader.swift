/// Reads JSON (RFC 8259) in one pass over its bytes: the caller asks for what comes next.
///
/// ```swift
/// var reader = try JSONReader(object: bytes)
/// while let key = try reader.nextKey() {
///     switch key {
///     case "status": status = try reader.scalar()
///     default: try reader.skip()
///     }
/// }
/// try reader.end()
/// ```
/// After each key exactly one value has to be read, entered or skipped.
struct JSONReader {
    /// What kind of value comes next.
    enum Kind: Equatable {
        case object
        case array
        case string
        /// A number, a boolean or null.
        case other
    }

    /// Deepest nesting taken.
    static let depthMax = 32

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    /// Whether the innermost container has had a member yet.
    private var isFirst = true

    /// Begins to read, and enters the object that the bytes are.
    ///
    /// - Throws: ``JSONError/notAnObject`` for other JSON, which is then not read to its end.
    init(object bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        guard try self.kind() == .object else {
            try self.skip()
            try self.end()
            throw .notAnObject
        }
        _ = try self.enterObject()
    }

    /// Tells what comes next without reading it.
    mutating func kind() throws(JSONError) -> Kind {
        switch try self.peek() {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        default: .other
        }
    }

    /// Enters an object, whose members ``nextKey()`` then tells; anything else is skipped, and
    /// the answer is false.
    mutating func enterObject() throws(JSONError) -> Bool {
        try self.enter(UInt8(ascii: "{"))
    }

    /// Enters an array, whose elements ``nextElement()`` then tells; anything else is skipped,
    /// and the answer is false.
    mutating func enterArray() throws(JSONError) -> Bool {
        try self.enter(UInt8(ascii: "["))
    }

    /// The name of the next member; nil at the object's end, which leaves it.
    mutating func nextKey() throws(JSONError) -> String? {
        guard try self.hasNext(before: UInt8(ascii: "}")) else { return nil }
        guard try self.peek() == UInt8(ascii: "\"") else { throw .notJSON }
        let key = try self.string()
        guard try self.peek() == UInt8(ascii: ":") else { throw .notJSON }
        self.index += 1
        return key
    }

    /// Whether another element follows; false at the array's end, which leaves it.
    mutating func nextElement() throws(JSONError) -> Bool {
        try self.hasNext(before: UInt8(ascii: "]"))
    }

    /// The text of a string, number or boolean, numbers as they were written; nil for null and
    /// for objects and arrays, which are skipped.
    mutating func scalar() throws(JSONError) -> String? {
        switch try self.peek() {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try self.skip()
            return nil
        case UInt8(ascii: "\""):
            return try self.string()
        case UInt8(ascii: "t"):
            try self.word("true")
            return "true"
        case UInt8(ascii: "f"):
            try self.word("false")
            return "false"
        case UInt8(ascii: "n"):
            try self.word("null")
            return nil
        default:
            return try self.number()
        }
    }

    /// Reads over the next value, whatever it is.
    mutating func skip() throws(JSONError) {
        switch try self.kind() {
        case .object:
            _ = try self.enterObject()
            while try self.nextKey() != nil { try self.skip() }
        case .array:
            _ = try self.enterArray()
            while try self.nextElement() { try self.skip() }
        case .string, .other:
            _ = try self.scalar()
        }
    }

    /// Demands that nothing but blanks is left.
    mutating func end() throws(JSONError) {
        self.skipBlanks()
        guard self.depth == 0, self.index == self.bytes.count else { throw .notJSON }
    }

    private mutating func enter(_ bracket: UInt8) throws(JSONError) -> Bool {
        guard try self.peek() == bracket else {
            try self.skip()
            return false
        }
        guard self.depth < Self.depthMax else { throw .notJSON }
        self.index += 1
        self.depth += 1
        self.isFirst = true
        return true
    }

    private mutating func hasNext(before bracket: UInt8) throws(JSONError) -> Bool {
        if try self.peek() == bracket {
            self.index += 1
            self.depth -= 1
            // The container around it has this one as a member at least.
            self.isFirst = false
            return false
        }
        if !self.isFirst {
            guard try self.peek() == UInt8(ascii: ",") else { throw .notJSON }
            self.index += 1
            guard try self.peek() != bracket else { throw .notJSON }
        }
        self.isFirst = false
        return true
    }

    /// The first byte that is no blank, without reading it.
    private mutating func peek() throws(JSONError) -> UInt8 {
        self.skipBlanks()
        guard self.index < self.bytes.count else { throw .notJSON }
        return self.bytes[self.index]
    }

    private mutating func skipBlanks() {
        while self.index < self.bytes.count {
            switch self.bytes[self.index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                self.index += 1
            default:
                return
            }
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let end = self.index + word.utf8CodeUnitCount
        guard end <= self.bytes.count else { throw .notJSON }
        for offset in 0..<word.utf8CodeUnitCount {
            guard self.bytes[self.index + offset] == word.utf8Start[offset] else { throw .notJSON }
        }
        self.index = end
    }

    private mutating func number() throws(JSONError) -> String {
        let start = self.index
        if self.isNext("-") { self.index += 1 }
        if self.isNext("0") {
            self.index += 1
        } else {
            try self.digits()
        }
        if self.isNext(".") {
            self.index += 1
            try self.digits()
        }
        if self.isNext("e") || self.isNext("E") {
            self.index += 1
            if self.isNext("+") || self.isNext("-") { self.index += 1 }
            try self.digits()
        }
        return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = self.index
        while self.index < self.bytes.count,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self.bytes[self.index])
        {
            self.index += 1
        }
        guard self.index > start else { throw .notJSON }
    }

    private func isNext(_ character: Unicode.Scalar) -> Bool {
        self.index < self.bytes.count && self.bytes[self.index] == UInt8(ascii: character)
    }

    /// Reads a string; bytes that are no UTF-8 become U+FFFD.
    private mutating func string() throws(JSONError) -> String {
        self.index += 1
        let start = self.index
        while self.index < self.bytes.count {
            switch self.bytes[self.index] {
            case UInt8(ascii: "\""):
                defer { self.index += 1 }
                return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
            case UInt8(ascii: "\\"):
                return try self.escapedString(from: start)
            case 0..<0x20:
                throw .notJSON
            default:
                self.index += 1
            }
        }
        throw .notJSON
    }

    /// Goes on with a string at its first escape.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = Array(self.bytes[start..<self.index])
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            self.index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try self.escape()
            case 0..<0x20: throw .notJSON
            default: text.append(byte)
            }
        }
        throw .notJSON
    }

    /// Reads what follows a backslash.
    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard self.index < self.bytes.count else { throw .notJSON }
        let byte = self.bytes[self.index]
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try self.unicodeEscape()).utf8)
        default: throw .notJSON
        }
    }

    /// Reads the digits of one `\u`, or of two where they are a surrogate pair; half a pair
    /// becomes U+FFFD.
    private mutating func unicodeEscape() throws(JSONError) -> Character {
        let unit = try self.hexUnit()
        if let scalar = Unicode.Scalar(unit) { return Character(scalar) }
        let replacement = Character("\u{FFFD}")
        guard unit < 0xDC00, self.isNext("\\"), self.index + 1 < self.bytes.count,
            self.bytes[self.index + 1] == UInt8(ascii: "u")
        else { return replacement }
        let afterHigh = self.index
        self.index += 2
        let low = try self.hexUnit()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else {
            // The second escape is a character of its own.
            self.index = afterHigh
            return replacement
        }
        return Character(scalar)
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        guard self.index + 4 <= self.bytes.count else { throw .notJSON }
        var unit: UInt32 = 0
        for byte in self.bytes[self.index..<(self.index + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .notJSON }
            unit = unit << 4 | UInt32(digit)
        }
        self.index += 4
        return unit
    }
}
