/// Checks that a text is well-formed SSML: one `speak` element, tags closed in order, entities
/// known (reference, 4.1). Which tags a voice obeys is Nexmo's affair.
struct SSMLChecker {
    private var rest: Substring.UnicodeScalarView
    private var open: [String] = []
    private var characters = 0
    private var isClosed = false

    /// Deepest nesting taken.
    private static let depthMax = 32
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
        let name = String(String.UnicodeScalarView(self.rest.prefix { $0 != ";" }.prefix(8)))
        let isKnown =
            Self.entities.contains(name) || name.hasPrefix("#") && Self.isNumber(name.dropFirst())
        guard isKnown, self.rest.dropFirst(name.unicodeScalars.count).first == ";" else {
            throw Self.fault("an '&' is no entity; write it as &amp;")
        }
        self.rest = self.rest.dropFirst(name.unicodeScalars.count + 1)
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
        let isEmpty = content.hasSuffix("/")
        let name = String(content.prefix { !$0.isWhitespace && $0 != "/" })
        guard !name.isEmpty, name.allSatisfy({ $0.isASCIILetterOrDigit || $0 == "-" || $0 == ":" })
        else { throw Self.fault("a tag has no name") }
        guard !self.isClosed else { throw Self.fault("there is more than one element") }
        guard !self.open.isEmpty || name == "speak" && !isEmpty else {
            throw Self.fault("the outer element is not <speak>")
        }
        guard self.open.count < Self.depthMax else { throw Self.fault("tags are nested too deep") }
        if !isEmpty { self.open.append(name) }
    }

    private static func isNumber(_ text: Substring) -> Bool {
        let digits = text.hasPrefix("x") ? text.dropFirst() : text
        let radix = text.hasPrefix("x") ? 16 : 10
        return UInt32(digits, radix: radix).flatMap(Unicode.Scalar.init) != nil
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
