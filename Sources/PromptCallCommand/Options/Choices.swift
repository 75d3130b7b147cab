import ArgumentParser

/// Values of an enum of the API, by their names with commas between.
struct Choices<Value: NamedValue>: Hashable, Sendable, ExpressibleByArgument {
    let values: [Value]

    init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false)
        let values = names.compactMap { Choice<Value>.value($0) }
        guard values.count == names.count else { return nil }
        self.values = values
    }

    static var allValueStrings: [String] { Choice<Value>.allValueStrings }
}
