/// Checks that a text is well-formed SSML: one `speak` element, tags that Nexmo takes, closed in
/// order, entities known (reference, 4.1). What the tags say is passed on as it is.
struct SSMLChecker {
    private var rest: Substring.UnicodeScalarView
    private var open: [String] = []
    private var characters = 0
    private var isClosed = false

    /// Deepest nesting taken.
    private static let depthMax = 32
    /// Tags that Nexmo takes (reference, 4.1).
    private static let tags: Set<String> = [
        "speak", "break", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub",
    ]
    private static let entities: Set<String> = ["amp", "lt", "gt", "quot", "apos"]

    /// Checks a text.
    ///
    /// - Returns: How many characters stand outside of tags.
    static func check(_ text: String) throws(SpokenText.Fault) -> Int {
        var checker = Self(rest: text[...].unicodeScalars)
        return try checker.run()
    }

    private init(rest: Substring.UnicodeScalarView) {
        self.rest = rest
    }

    private mutating func run() throws(SpokenText.Fault) -> Int {
        while let scalar = self.rest.popFirst() {
            switch scalar {
            case "<": try self.tag()
            case "&": try self.entity()
            default: try self.character(scalar)
            }
        }
        guard self.open.isEmpty, self.isClosed else { throw Self.fault("a tag is not closed") }
        return self.characters
    }

    private mutating func character(_ scalar: Unicode.Scalar) throws(SpokenText.Fault) {
        if self.open.isEmpty {
            guard scalar.properties.isWhitespace else {
                throw Self.fault("text stands outside of <speak>")
            }
        } else {
            self.characters += 1
        }
    }

    private mutating func entity() throws(SpokenText.Fault) {
        guard !self.open.isEmpty else { throw Self.fault("text stands outside of <speak>") }
        try Self.entity(in: &self.rest)
        self.characters += 1
    }

    private mutating func tag() throws(SpokenText.Fault) {
        var content = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        while let scalar = self.rest.popFirst() {
            if scalar == ">", quote == nil { return try self.tag(String(content)) }
            if scalar == "<" { throw Self.fault("a '<' is no tag; write it as &lt;") }
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            }
            content.append(scalar)
        }
        throw Self.fault("a tag is not closed")
    }

    private mutating func tag(_ content: String) throws(SpokenText.Fault) {
        if content.hasPrefix("/") {
            let name = content.dropFirst().trimmed
            guard self.open.popLast() == name else {
                throw Self.fault("a tag is closed that is not the open one")
            }
            self.isClosed = self.open.isEmpty
            return
        }
        var rest = content[...].unicodeScalars
        let isEmpty = rest.last == "/"
        if isEmpty { rest.removeLast() }
        guard let name = Self.name(in: &rest) else { throw Self.fault("a tag has no name") }
        guard !self.isClosed else { throw Self.fault("there is more than one element") }
        guard !self.open.isEmpty || name == "speak" && !isEmpty else {
            throw Self.fault("the outer element is not <speak>")
        }
        guard Self.tags.contains(name) else {
            throw SpokenText.Fault(
                description: "It has a tag that Nexmo does not take; there are "
                    + "\(Self.tags.sorted().joined(separator: ", "))."
            )
        }
        guard name != "speak" || self.open.isEmpty else {
            throw Self.fault("<speak> stands inside of <speak>")
        }
        guard self.open.count < Self.depthMax else { throw Self.fault("tags are nested too deep") }
        try Self.attributes(in: rest)
        if !isEmpty { self.open.append(name) }
    }

    /// Checks what stands behind the name of a tag: `name="value"`, each name once.
    private static func attributes(
        in text: Substring.UnicodeScalarView
    ) throws(SpokenText.Fault) {
        var rest = text
        var names: Set<String> = []
        while true {
            let isApart = self.skipSpace(in: &rest)
            if rest.isEmpty { return }
            guard isApart, let name = self.name(in: &rest), names.insert(name).inserted else {
                throw self.fault("an attribute has no name, or that of another")
            }
            _ = self.skipSpace(in: &rest)
            guard rest.popFirst() == "=" else { throw self.fault("an attribute has no value") }
            _ = self.skipSpace(in: &rest)
            guard let quote = rest.popFirst(), quote == "\"" || quote == "'" else {
                throw self.fault("the value of an attribute stands in no quotes")
            }
            // The tag was read to its end, so the quote is closed.
            while let scalar = rest.popFirst(), scalar != quote {
                if scalar == "&" { try self.entity(in: &rest) }
            }
        }
    }

    /// Takes the rest of an entity, behind its `&`.
    private static func entity(
        in rest: inout Substring.UnicodeScalarView
    ) throws(SpokenText.Fault) {
        let name = String(String.UnicodeScalarView(rest.prefix { $0 != ";" }.prefix(8)))
        let isKnown =
            self.entities.contains(name) || name.hasPrefix("#") && self.isNumber(name.dropFirst())
        guard isKnown, rest.dropFirst(name.unicodeScalars.count).first == ";" else {
            throw self.fault("an '&' is no entity; write it as &amp;")
        }
        rest = rest.dropFirst(name.unicodeScalars.count + 1)
    }

    /// Takes a name of ASCII characters; nil where there is none.
    private static func name(in rest: inout Substring.UnicodeScalarView) -> String? {
        let name = String(
            String.UnicodeScalarView(
                rest.prefix { scalar in
                    Character(scalar).isASCIILetterOrDigit || "-_.:".unicodeScalars.contains(scalar)
                }
            )
        )
        guard let first = name.first, first.isLetter || first == "_" else { return nil }
        rest = rest.dropFirst(name.unicodeScalars.count)
        return name
    }

    /// Takes white space; false where there is none.
    private static func skipSpace(in rest: inout Substring.UnicodeScalarView) -> Bool {
        let count = rest.prefix { $0.properties.isWhitespace }.count
        rest = rest.dropFirst(count)
        return count > 0
    }

    /// Whether this is the number of a character that XML knows, without its `#` (XML 1.0, 2.2).
    private static func isNumber(_ text: Substring) -> Bool {
        let isHex = text.hasPrefix("x")
        let digits = isHex ? text.dropFirst() : text
        // Swift would take a sign, too.
        guard digits.allSatisfy({ $0.isASCIILetterOrDigit }),
            let value = UInt32(digits, radix: isHex ? 16 : 10)
        else { return false }
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: return true
        case _: return false
        }
    }

    private static func fault(_ what: String) -> SpokenText.Fault {
        SpokenText.Fault(description: "It is not well-formed SSML: \(what).")
    }
}

extension Substring {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        let start = self.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
