/// What holds for numbers: that of the number itself, else that of its longest prefix.
package struct NumberTable<Value: Sendable & Equatable>: Sendable, Equatable {
    private var values: [NumberPattern: Value] = [:]
    /// Lengths of the prefixes there are, longest first.
    private var prefixLengths: [Int] = []

    package init() {}

    /// Sets what holds for a pattern, in place of what held before.
    package mutating func set(_ value: Value, for pattern: NumberPattern) {
        self.values[pattern] = value
        guard case .prefix(let digits) = pattern, !self.prefixLengths.contains(digits.count) else {
            return
        }
        self.prefixLengths.append(digits.count)
        self.prefixLengths.sort(by: >)
    }

    /// What holds for a number; nil where no pattern fits.
    package subscript(number: String) -> Value? {
        if let value = self.values[.exactly(number)] { return value }
        for length in self.prefixLengths {
            if let value = self.values[.prefix(String(number.prefix(length)))] { return value }
        }
        return nil
    }
}
