/// What webhooks and call details say about a leg.
struct LegFacts: Sendable {
    let uuid: String
    /// Changes with a transfer.
    var conversationUUID: String
    let from: String
    let to: String
    let placedAt: WallTime
    /// What a minute costs, in hundred-millionths of a euro.
    var rate = Money.rate
    var status: CallStatus = .started
    var answeredAt: WallTime?
    var endedAt: WallTime?
    /// Whole seconds; nil until the end.
    var duration: Int?

    /// Where the MCC and MNC of every callee come from: a British network.
    static let network = "23410"

    /// The body of `GET /v1/calls/{uuid}` (reference, section 2.2).
    var detail: JSON {
        var members: [JSON.Member] = [
            .init("_links", ["self": ["href": .string("/v1/calls/\(self.uuid)")]]),
            .init("uuid", .string(self.uuid)),
            .init("conversation_uuid", .string(self.conversationUUID)),
            .init("to", ["type": "phone", "number": .string(self.to)]),
            .init("from", ["type": "phone", "number": .string(self.from)]),
            .init("status", .string(self.status.rawValue)),
            .init("direction", "outbound"),
        ]
        if let duration = self.duration {
            members += [
                .init("rate", .string(Money.text(self.rate))),
                .init(
                    "price",
                    .string(Money.text(Money.price(seconds: duration, rate: self.rate)))
                ),
                .init("duration", .string(String(duration))),
                .init("start_time", .text(self.answeredAt?.rounded.detailText)),
                .init("end_time", .text(self.endedAt?.rounded.detailText)),
                .init("network", self.answeredAt == nil ? .null : .string(Self.network)),
            ]
        }
        return .object(members)
    }
}
