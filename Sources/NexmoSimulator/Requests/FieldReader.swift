/// Takes the fields of a JSON object one by one, then objects to those that are left.
struct FieldReader {
    private let members: [JSON.Member]
    private let path: String
    private var known: Set<String> = []

    /// - Parameters:
    ///   - value: The object.
    ///   - path: What a violation calls it; empty at the top.
    /// - Throws: A ``Violation`` where the value is no object.
    init(_ value: JSON, path: String) throws(Violation) {
        guard case .object(let members) = value else {
            throw Violation(.structure, path.isEmpty ? "body" : path, "Must be an object.")
        }
        self.members = members
        self.path = path
    }

    /// The full name of a field, for violations.
    func name(_ field: String) -> String { self.path.isEmpty ? field : "\(self.path).\(field)" }

    /// Whether the object has the field.
    func has(_ field: String) -> Bool { self.members.contains { $0.name == field } }

    /// The field as it is; nil where it is missing.
    mutating func value(_ field: String) -> JSON? {
        self.known.insert(field)
        return self.members.first { $0.name == field }?.value
    }

    /// The field as it is; a violation where it is missing.
    mutating func required(_ field: String) throws(Violation) -> JSON {
        guard let value = self.value(field) else {
            throw Violation(.structure, self.name(field), "Is required.")
        }
        return value
    }

    mutating func string(_ field: String) throws(Violation) -> String? {
        guard let value = self.value(field) else { return nil }
        guard let text = value.string else {
            throw Violation(.structure, self.name(field), "Must be a string.")
        }
        return text
    }

    mutating func string(_ field: String, oneOf values: [String]) throws(Violation) -> String? {
        guard let text = try self.string(field) else { return nil }
        guard values.contains(text) else {
            let list = values.joined(separator: ", ")
            throw Violation(.value, self.name(field), "expected one of \(list)")
        }
        return text
    }

    mutating func bool(_ field: String) throws(Violation) -> Bool? {
        guard let value = self.value(field) else { return nil }
        guard case .bool(let flag) = value else {
            throw Violation(.structure, self.name(field), "Must be a boolean.")
        }
        return flag
    }

    mutating func integer(_ field: String, in range: ClosedRange<Int>) throws(Violation) -> Int? {
        guard let value = self.value(field) else { return nil }
        guard let number = value.integer else {
            throw Violation(.structure, self.name(field), "Must be an integer.")
        }
        guard range.contains(number) else {
            throw Violation(
                .value,
                self.name(field),
                "expected \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// A number with a fraction; also one in a string where `orText` is set.
    mutating func number(
        _ field: String,
        in range: ClosedRange<Double>,
        orText: Bool = false
    ) throws(Violation) -> Double? {
        guard let value = self.value(field) else { return nil }
        let text: String? =
            switch value {
            case .number(let digits): digits
            case .string(let digits) where orText: digits
            case .null, .bool, .string, .array, .object: nil
            }
        guard let text, let number = Double(text) else {
            throw Violation(.structure, self.name(field), "Must be a number.")
        }
        guard range.contains(number) else {
            throw Violation(
                .value,
                self.name(field),
                "expected \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// The one URL of an array; Nexmo takes no bare string (reference, section 10).
    mutating func url(_ field: String) throws(Violation) -> String? {
        guard let value = self.value(field) else { return nil }
        guard let elements = value.array else {
            throw Violation(.structure, self.name(field), "Must be an array.")
        }
        guard elements.count == 1, let url = elements[0].string else {
            throw Violation(.structure, self.name(field), "Must hold one string.")
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://"),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Violation(.value, self.name(field), "expected an HTTP URL") }
        return url
    }

    /// A URL field and the method that goes with it.
    mutating func webhook(
        _ field: String,
        method methodField: String,
        default method: WebhookAddress.Method
    ) throws(Violation) -> WebhookAddress? {
        let url = try self.url(field)
        let name = try self.string(methodField, oneOf: ["GET", "POST"])
        guard let url else { return nil }
        return WebhookAddress(
            url: url,
            method: name.flatMap(WebhookAddress.Method.init(rawValue:)) ?? method
        )
    }

    /// Refuses fields that nobody asked for.
    func end() throws(Violation) {
        guard let unknown = self.members.first(where: { !self.known.contains($0.name) }) else {
            return
        }
        throw Violation(.structure, self.name(unknown.name), "Is not a known field.")
    }
}
