internal import Glibc

/// How far the clocks of a time zone are ahead of UTC, and when that changes.
///
/// It is read from the system's time zone database (RFC 8536): a list of changes up to some year,
/// and a rule for all years behind it.
struct ZoneRules: Hashable, Sendable {
    /// In order of time; the last one's rule may go on for ever.
    private let changes: [Change]
    /// What holds before the first change, in seconds ahead of UTC.
    private let firstOffset: Int
    /// What holds behind the last; nil where its offset does for ever.
    private let rule: DaylightRule?

    /// A moment in seconds since 1970, and what holds from then on, in seconds ahead of UTC.
    struct Change: Hashable, Sendable {
        var at: Int64
        var offset: Int
    }

    /// Always the same offset.
    static let utc = Self(changes: [], firstOffset: 0, rule: nil)

    init(changes: [Change], firstOffset: Int, rule: DaylightRule?) {
        self.changes = changes
        self.firstOffset = firstOffset
        self.rule = rule
    }

    /// Reads the rules of a zone from the system; its name is one that ``isName(_:)`` takes.
    ///
    /// - Throws: ``InvalidValue`` where there is no such zone, or it cannot be read.
    init(named name: String) throws(InvalidValue) {
        if name == "UTC" {
            self = .utc
            return
        }
        guard let bytes = Self.bytes(of: Self.directory + name) else {
            throw InvalidValue(
                "there is no time zone '\(name)' in \(Self.directory); write it as there, such as "
                    + "Europe/London (the package tzdata has them)"
            )
        }
        guard let rules = ZoneFile.rules(bytes) else {
            throw InvalidValue("the time zone '\(name)' in \(Self.directory) cannot be read")
        }
        self = rules
    }

    /// Seconds ahead of UTC at a moment.
    func offset(at seconds: Int64) -> Int {
        let behind = self.changes.partitioningIndex { $0.at > seconds }
        if behind == self.changes.count, let rule = self.rule {
            return rule.offset(at: seconds)
        }
        return behind == 0 ? self.firstOffset : self.changes[behind - 1].offset
    }

    /// The next moment at which the offset may be another; nil where there is none.
    func nextChange(after seconds: Int64) -> Int64? {
        let behind = self.changes.partitioningIndex { $0.at > seconds }
        if behind < self.changes.count { return self.changes[behind].at }
        return self.rule?.nextChange(after: seconds)
    }

    private static let directory = "/usr/share/zoneinfo/"
    /// Longest file of a zone, in bytes; the longest there are have some 4,000.
    private static let fileBytesMax = 1 << 16

    /// Whether a name can be one: no way out of the directory.
    static func isName(_ name: Substring) -> Bool {
        if name == "UTC" { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        SettingText.isAlphanumeric(byte) || "_+-".utf8.contains(byte)
                    }
            }
    }

    private static func bytes(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: self.fileBytesMax)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0, count < self.fileBytesMax else { return nil }
        return Array(bytes.prefix(count))
    }
}

extension Array {
    /// The first index whose element `belongsBehind`, as all after it do.
    fileprivate func partitioningIndex(where belongsBehind: (Element) -> Bool) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if belongsBehind(self[middle]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }
}
