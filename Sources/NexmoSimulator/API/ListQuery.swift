/// The query of `GET /v1/calls` (reference, section 2.1).
struct ListQuery: Equatable, Sendable {
    var status: CallStatus?
    var dateStart: WallTime?
    var dateEnd: WallTime?
    var conversationUUID: String?
    /// 1 to 100.
    var pageSize = 10
    var recordIndex = 0
    var isDescending = false

    /// - Parameter parameters: Names and decoded values.
    /// - Throws: The first ``Violation``; unknown parameters are one.
    init(_ parameters: [(name: String, value: String)]) throws(Violation) {
        for (name, value) in parameters {
            switch name {
            case "status":
                guard let status = CallStatus(rawValue: value) else {
                    throw Violation(.value, name, "expected a status")
                }
                self.status = status
            case "date_start": self.dateStart = try Self.date(name, value)
            case "date_end": self.dateEnd = try Self.date(name, value)
            case "conversation_uuid": self.conversationUUID = value
            case "page_size":
                guard let size = Int(value), (1...100).contains(size) else {
                    throw Violation(.value, name, "expected 1 to 100")
                }
                self.pageSize = size
            case "record_index":
                guard let index = Int(value), index >= 0 else {
                    throw Violation(.value, name, "expected 0 or more")
                }
                self.recordIndex = index
            case "order":
                guard ["asc", "desc"].contains(value) else {
                    throw Violation(.value, name, "expected one of asc, desc")
                }
                self.isDescending = value == "desc"
            default: throw Violation(.structure, name, "Is not a known parameter.")
            }
        }
    }

    private static func date(_ name: String, _ value: String) throws(Violation) -> WallTime {
        guard let time = WallTime(value) else {
            throw Violation(.value, name, "expected an ISO 8601 time in UTC")
        }
        return time
    }

    func matches(_ leg: LegFacts) -> Bool {
        (self.status.map { $0 == leg.status } ?? true)
            && (self.dateStart.map { $0 <= leg.placedAt } ?? true)
            && (self.dateEnd.map { leg.placedAt <= $0 } ?? true)
            && (self.conversationUUID.map { $0 == leg.conversationUUID } ?? true)
    }

    /// The answer for legs in the order they were placed.
    func page(of legs: [LegFacts]) -> JSON {
        var found = legs.filter(self.matches)
        if self.isDescending { found.reverse() }
        let page = found.dropFirst(self.recordIndex).prefix(self.pageSize)
        let last = max(0, (found.count - 1) / self.pageSize * self.pageSize)
        return [
            "count": .integer(found.count), "page_size": .integer(self.pageSize),
            "record_index": .integer(self.recordIndex),
            "_links": [
                "self": self.link(self.recordIndex), "first": self.link(0),
                "prev": self.link(max(0, self.recordIndex - self.pageSize)),
                "next": self.link(min(last, self.recordIndex + self.pageSize)),
                "last": self.link(last),
            ],
            "_embedded": ["calls": .array(page.map(\.detail))],
        ]
    }

    private func link(_ index: Int) -> JSON {
        [
            "href": .string(
                "/v1/calls?page_size=\(self.pageSize)&record_index=\(index)"
                    + "&order=\(self.isDescending ? "desc" : "asc")"
            )
        ]
    }
}
