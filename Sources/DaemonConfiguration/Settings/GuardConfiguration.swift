/// What may be dialled, against toll fraud (key `guard`).
package struct GuardConfiguration: Equatable, Sendable {
    /// Beginnings of the numbers that may be rung, as digits; the empty one, written `*`,
    /// covers all. Key `allow-prefixes`, at least one.
    package var allowPrefixes: [String]
    /// Beginnings of the numbers that may not. Key `deny-prefixes`.
    package var denyPrefixes: [String]

    package init(allowPrefixes: [String], denyPrefixes: [String] = []) {
        self.allowPrefixes = allowPrefixes
        self.denyPrefixes = denyPrefixes
    }

    /// Whether a number may be rung.
    ///
    /// - Parameter number: E.164 digits without `+`.
    /// - Returns: What the longest prefix that it starts with says; false where there is none.
    package func allows(_ number: String) -> Bool {
        func longest(_ prefixes: [String]) -> Int? {
            prefixes.filter { number.hasPrefix($0) }.map(\.utf8.count).max()
        }
        guard let allowed = longest(self.allowPrefixes) else { return false }
        return longest(self.denyPrefixes).map { $0 < allowed } ?? true
    }
}
