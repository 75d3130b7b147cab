/// Values that travel beside a request, such as `traceparent`.
///
/// Keys are case-insensitive and may repeat; order is kept.
public struct TTRPCMetadata: Hashable, Sendable {
    /// Most values that one request may carry.
    public static let entriesMax = 128

    private(set) var entries: [Entry] = []

    struct Entry: Hashable, Sendable {
        /// In lower case.
        var key: String
        var value: String
    }

    /// Metadata without values.
    public init() {}

    /// How many values there are.
    public var count: Int { self.entries.count }

    /// Whether there is no value.
    public var isEmpty: Bool { self.entries.isEmpty }

    /// The first value under a key, in any case.
    public subscript(key: String) -> String? {
        let key = key.lowercased()
        return self.entries.first { $0.key == key }?.value
    }

    /// All values under a key, in any case, in their order.
    public func values(for key: String) -> [String] {
        let key = key.lowercased()
        return self.entries.lazy.filter { $0.key == key }.map(\.value)
    }

    /// Adds a value.
    public mutating func append(_ key: String, _ value: String) {
        self.entries.append(Entry(key: key.lowercased(), value: value))
    }
}

extension TTRPCMetadata: ExpressibleByDictionaryLiteral {
    /// Metadata with these values.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (key, value) in elements { self.append(key, value) }
    }
}
