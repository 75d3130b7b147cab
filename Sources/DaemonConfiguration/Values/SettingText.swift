/// The checks of single values that have no type of their own.
enum SettingText {
    /// Longest path of a Unix socket, in bytes (Linux, `sun_path` without its closing NUL).
    static let socketPathBytesMax = 107
    /// Longest name of a profile or caller, in characters.
    static let nameLengthMax = 64
    /// Most digits of a phone number (E.164).
    static let numberDigitsMax = 15

    static func path(_ text: String) throws(InvalidValue) -> String {
        guard !text.isEmpty else { throw InvalidValue("is empty; give a path") }
        guard !text.utf8.contains(0) else { throw InvalidValue("holds a NUL character") }
        return text
    }

    static func socketPath(_ text: String) throws(InvalidValue) -> String {
        let path = try Self.path(text)
        let count = path.utf8.count
        guard count <= Self.socketPathBytesMax else {
            throw InvalidValue(
                "is a path of \(count) bytes, but a socket's may have "
                    + "\(Self.socketPathBytesMax) at most; choose a shorter one"
            )
        }
        return path
    }

    /// The name of a file with a secret, refused where it is the secret.
    static func secretFilePath(_ text: String) throws(InvalidValue) -> String {
        guard !text.contains("-----BEGIN"), !text.hasPrefix("whsec_"), !text.contains("\n") else {
            throw InvalidValue("must name a file that holds the secret, not be the secret")
        }
        return try Self.path(text)
    }

    /// The name of a profile or caller.
    static func name(_ text: String) throws(InvalidValue) -> String {
        guard (1...Self.nameLengthMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ Self.isAlphanumeric($0) || "._-".utf8.contains($0) })
        else {
            throw InvalidValue(
                "'\(text.prefix(Self.nameLengthMax))' is not a name: write 1 to "
                    + "\(Self.nameLengthMax) letters, digits, '.', '_' or '-'"
            )
        }
        return text
    }

    /// An HTTP proxy, which has a host and a port alone.
    static func proxy(_ text: String) throws(InvalidValue) -> HTTPURL {
        let url = try HTTPURL(text)
        guard url.scheme == .http else {
            throw InvalidValue("must start with http://: the way to a proxy has no TLS of its own")
        }
        guard url.path.isEmpty else { throw InvalidValue("must not have a path") }
        return url
    }

    /// A Nexmo application id, which is a UUID.
    static func applicationID(_ text: String) throws(InvalidValue) -> String {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12],
            parts.joined().utf8.allSatisfy("0123456789abcdefABCDEF".utf8.contains)
        else {
            throw InvalidValue(
                "is not an application id, such as 684027bc-a2e7-48b1-b4bd-adc02324e09c"
            )
        }
        return text
    }

    /// A Nexmo API key.
    static func account(_ text: String) throws(InvalidValue) -> String {
        guard (1...Self.nameLengthMax).contains(text.utf8.count),
            text.utf8.allSatisfy(Self.isAlphanumeric)
        else { throw InvalidValue("is not a Nexmo API key, such as abcd1234") }
        return text
    }

    /// A phone number or the beginning of one; a leading `+` is dropped.
    static func digits(_ text: String, what: String) throws(InvalidValue) -> String {
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : text
        guard (1...Self.numberDigitsMax).contains(digits.utf8.count),
            digits.utf8.allSatisfy("0123456789".utf8.contains)
        else {
            throw InvalidValue(
                "is not \(what): write 1 to \(Self.numberDigitsMax) digits, country code first"
            )
        }
        guard !digits.hasPrefix("0") else {
            throw InvalidValue(
                "is not \(what): it starts with 0; write the country code first, without 00"
            )
        }
        return digits
    }

    static func integer(_ text: String, in range: ClosedRange<Int>) throws(InvalidValue) -> Int {
        // A leading zero would be an octal number to some readers of YAML.
        guard let value = Int(decimal: text), text == "0" || !text.hasPrefix("0") else {
            throw InvalidValue(
                "'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        guard range.contains(value) else {
            throw InvalidValue(
                "\(text) is out of range: \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// One word of a closed set.
    static func word<Word>(_ text: String, of type: Word.Type) throws(InvalidValue) -> Word
    where Word: CaseIterable & RawRepresentable<String> {
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue)
            throw InvalidValue(
                "'\(text)' is not one of \(known.joined(separator: ", "))"
                    + Suggestion.clause(for: text, among: known)
            )
        }
        return word
    }

    /// An amount of money above zero with at most two decimals, in hundredths.
    static func cents(_ text: String) throws(InvalidValue) -> Int64 {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let wellFormed =
            (1...2).contains(parts.count) && parts.allSatisfy { Int(decimal: $0) != nil }
            && (parts.count == 1 || parts[1].count <= 2) && parts[0].count <= 9
        let whole = wellFormed ? Int(decimal: parts[0]) ?? 0 : 0
        let fraction = wellFormed && parts.count == 2 ? String(parts[1]) : ""
        let padded = fraction + String(repeating: "0", count: 2 - min(2, fraction.count))
        let cents = Int64(whole) * 100 + Int64(Int(decimal: padded[...]) ?? 0)
        guard wellFormed, cents > 0 else {
            throw InvalidValue("'\(text)' is not an amount above zero, such as 50.00")
        }
        return cents
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case _:
            false
        }
    }
}
