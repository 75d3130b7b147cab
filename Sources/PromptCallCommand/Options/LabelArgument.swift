import ArgumentParser

/// A label as it is written on the command line: `name=value`.
struct LabelArgument: Hashable, Sendable {
    let name: String
    let value: String

    /// Reads a label; the value begins after the first `=` and may be empty.
    ///
    /// - Throws: `ValidationError` saying how one is written.
    init(reading text: String) throws {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw ValidationError("write a name and a value such as order=1234.")
        }
        self.name = String(text[..<sign])
        self.value = String(text[text.index(after: sign)...])
    }

    /// All labels by name.
    ///
    /// - Throws: `ValidationError` where a name comes twice.
    static func dictionary(_ labels: [Self]) throws -> [String: String] {
        var values: [String: String] = [:]
        for label in labels where values.updateValue(label.value, forKey: label.name) != nil {
            throw ValidationError("The label '\(label.name)' is given twice.")
        }
        return values
    }
}
