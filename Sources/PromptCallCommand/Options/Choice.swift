import ArgumentParser

/// One value of an enum of the API, by its name; `-` and `_` are the same.
struct Choice<Value: NamedValue>: Hashable, Sendable, ExpressibleByArgument {
    let value: Value

    init?(argument: String) {
        guard let value = Self.value(argument[...]) else { return nil }
        self.value = value
    }

    static var allValueStrings: [String] { Value.names.map { Self.argument($0.name) } }

    static func value(_ argument: Substring) -> Value? {
        let name = argument.lowercased().replacing("-", with: "_")
        return Value.names.first { $0.name == name }?.value
    }

    private static func argument(_ name: String) -> String { name.replacing("_", with: "-") }
}
