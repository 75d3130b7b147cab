package import PromptCallCore

/// Which numbers may be rung, by how they begin; the longest prefix decides.
package struct PrefixRules: Equatable, Sendable {
    /// Whether a prefix is allowed, by its digits behind a 1, which keeps their count.
    private var verdicts: [UInt64: Bool] = [:]
    /// The lengths that there are, the longest first.
    private var lengths: [Int] = []

    /// Rules by prefixes, as digits; the empty one is the beginning of every number. A prefix that
    /// is in both lists is denied.
    package init(allowed: [String], denied: [String] = []) {
        for prefix in allowed { self.add(prefix, true) }
        for prefix in denied { self.add(prefix, false) }
        self.lengths = Set((allowed + denied).map(\.utf8.count)).sorted(by: >)
    }

    private mutating func add(_ prefix: String, _ isAllowed: Bool) {
        guard let key = UInt64("1" + prefix) else { return }
        self.verdicts[key] = isAllowed
    }

    /// Whether a number may be rung: not where no prefix fits.
    package func allow(_ number: PhoneNumber) -> Bool {
        let digits = number.digitCount
        for length in self.lengths where length <= digits {
            let start = number.value / UInt64.powerOfTen(digits - length)
            if let verdict = self.verdicts[UInt64.powerOfTen(length) + start] { return verdict }
        }
        return false
    }
}

extension PhoneNumber {
    /// The first five digits, which numbers of one range have in common.
    var range: UInt64 {
        let digits = self.digitCount
        return digits > 5 ? self.value / UInt64.powerOfTen(digits - 5) : self.value
    }

    /// How many digits it has.
    fileprivate var digitCount: Int {
        var count = 1
        var bound: UInt64 = 10
        while bound <= self.value {
            bound *= 10
            count += 1
        }
        return count
    }
}

extension UInt64 {
    /// Ten to a power of 0 to 18.
    fileprivate static func powerOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
