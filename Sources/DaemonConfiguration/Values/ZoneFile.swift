/// Reads a file of the time zone database, in its second version or a later one (RFC 8536).
enum ZoneFile {
    /// Length of a header, in bytes.
    private static let headerLength = 44

    /// Returns the rules; nil where the bytes are no such file.
    static func rules(_ bytes: [UInt8]) -> ZoneRules? {
        // The first block has times of 32 bits, and is there for old readers alone.
        guard let old = Header(bytes, at: 0), old.version >= UInt8(ascii: "2"),
            let header = Header(bytes, at: self.headerLength + old.length(timeSize: 4))
        else { return nil }
        let start = self.headerLength + old.length(timeSize: 4) + self.headerLength
        let end = start + header.length(timeSize: 8)
        guard end <= bytes.count, header.types > 0 else { return nil }
        let indices = start + header.times * 8
        let types = indices + header.times
        func offset(ofType type: Int) -> Int? {
            guard type < header.types else { return nil }
            return Int(Int32(truncatingIfNeeded: self.integer(bytes, types + type * 6, 4)))
        }
        guard let firstOffset = offset(ofType: 0) else { return nil }
        var changes: [ZoneRules.Change] = []
        for index in 0..<header.times {
            guard let offset = offset(ofType: Int(bytes[indices + index])) else { return nil }
            let at = Int64(bitPattern: self.integer(bytes, start + index * 8, 8))
            changes.append(ZoneRules.Change(at: at, offset: offset))
        }
        guard self.isSorted(changes) else { return nil }
        let lines = bytes[end...].split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        guard lines.count == 3, lines[0].isEmpty, lines[2].isEmpty,
            let rule = DaylightRule.read(String(decoding: lines[1], as: UTF8.self))
        else { return nil }
        return ZoneRules(changes: changes, firstOffset: firstOffset, rule: rule)
    }

    private static func isSorted(_ changes: [ZoneRules.Change]) -> Bool {
        zip(changes, changes.dropFirst()).allSatisfy { $0.at < $1.at }
    }

    private static func integer(_ bytes: [UInt8], _ start: Int, _ length: Int) -> UInt64 {
        bytes[start..<start + length].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// What a block has, in the order of the file.
    private struct Header {
        var version: UInt8
        var utcMarks: Int
        var standardMarks: Int
        var leapSeconds: Int
        var times: Int
        var types: Int
        var characters: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start + ZoneFile.headerLength <= bytes.count,
                bytes[start...].starts(with: "TZif".utf8)
            else { return nil }
            self.version = bytes[start + 4]
            let counts = (0..<6).map { Int(ZoneFile.integer(bytes, start + 20 + $0 * 4, 4)) }
            self.utcMarks = counts[0]
            self.standardMarks = counts[1]
            self.leapSeconds = counts[2]
            self.times = counts[3]
            self.types = counts[4]
            self.characters = counts[5]
        }

        /// The length of the block behind it, in bytes.
        func length(timeSize: Int) -> Int {
            self.times * (timeSize + 1) + self.types * 6 + self.characters
                + self.leapSeconds * (timeSize + 4) + self.standardMarks + self.utcMarks
        }
    }
}
