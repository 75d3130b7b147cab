/// Bodies of webhooks, in the shapes of the reference (sections 5.1 to 5.5).
enum WebhookBody {
    static func event(
        _ event: LegEvent,
        of leg: LegFacts,
        at now: WallTime,
        shape: WebhookShape = .current
    ) -> JSON {
        switch event {
        case .started: self.status(.started, of: leg, at: now)
        case .ringing: self.status(.ringing, of: leg, at: now)
        case .answered:
            self.status(
                .answered,
                of: leg,
                at: now,
                [.init("start_time", .null), .init("rate", .null), .init("network", .null)]
            )
        case .human: self.verdict(.human, subState: nil, of: leg, at: now)
        case .machine(let subState): self.verdict(.machine, subState: subState, of: leg, at: now)
        case .unreached(let status, let detail, let sipCode):
            self.status(
                status,
                of: leg,
                at: now,
                (detail.map { [.init("detail", .string($0))] } ?? [])
                    + (sipCode.map { [.init("sip_code", .integer($0))] } ?? [])
            )
        case .completed(let duration, let party, let sipCode):
            self.status(
                .completed,
                of: leg,
                at: now,
                self.bill(duration: duration, of: leg)
                    + (shape == .older
                        ? []
                        : [
                            .init("disconnected_by", .string(party.rawValue)),
                            .init("sip_code", .integer(sipCode)),
                        ])
            )
        case .error(let reason):
            [
                "reason": .string(reason),
                "conversation_uuid": .string(leg.conversationUUID),
                "timestamp": .string(now.text),
            ]
        case .transfer, .recorded:
            preconditionFailure("\(event.kind) has a body of its own")
        }
    }

    static func transfer(from old: String, to new: String, uuid: String, at now: WallTime) -> JSON {
        [
            "type": "transfer", "uuid": .string(uuid), "conversation_uuid_from": .string(old),
            "conversation_uuid_to": .string(new), "timestamp": .string(now.text),
        ]
    }

    static func recorded(
        _ record: NCCOAction.Record,
        recordingUUID: String,
        of leg: LegFacts,
        at now: WallTime
    ) -> JSON {
        [
            "start_time": .string(now.rounded.text), "end_time": .string(now.rounded.text),
            "size": .integer(0), "recording_uuid": .string(recordingUUID),
            "recording_url": .string(
                "https://api.nexmo.com/v1/files/\(recordingUUID).\(record.format)"
            ),
            "conversation_uuid": .string(leg.conversationUUID), "timestamp": .string(now.text),
        ]
    }

    static func answer(of leg: LegFacts, region: String, shape: WebhookShape) -> JSON {
        let newer: [JSON.Member] = [
            .init("endpoint_type", "phone"), .init("region_url", .string(region)),
        ]
        return .object(
            [
                .init("from", .string(leg.from)), .init("to", .string(leg.to)),
                .init("uuid", .string(leg.uuid)),
                .init("conversation_uuid", .string(leg.conversationUUID)),
            ] + (shape == .older ? [] : newer)
        )
    }

    /// The body for the fallback URL: that of the webhook that failed, and why (section 5.7).
    static func fallback(of webhook: Webhook, reason: String) -> JSON {
        guard case .object(let members) = webhook.body else { return webhook.body }
        let original: JSON = [
            "url": .string(webhook.address.url),
            "type": webhook.kind == .answer ? "answer" : "event",
        ]
        return .object(
            members + [
                .init("reason", .string(reason)), .init("original_request", original),
            ]
        )
    }

    static func input(
        digits: String,
        timedOut: Bool,
        of leg: LegFacts,
        at now: WallTime
    ) -> JSON {
        [
            "speech": ["error": "Speech was not enabled"],
            "dtmf": ["digits": .string(digits), "timed_out": .bool(timedOut)],
            "from": .string(leg.from), "to": .string(leg.to), "uuid": .string(leg.uuid),
            "conversation_uuid": .string(leg.conversationUUID), "timestamp": .string(now.text),
        ]
    }

    static func legacyInput(
        digits: String,
        timedOut: Bool,
        of leg: LegFacts,
        at now: WallTime
    ) -> JSON {
        [
            "uuid": .string(leg.uuid), "conversation_uuid": .string(leg.conversationUUID),
            "timed_out": .bool(timedOut), "dtmf": .string(digits),
            "timestamp": .string(now.text),
        ]
    }

    static func notify(_ payload: JSON, of leg: LegFacts, at now: WallTime) -> JSON {
        [
            "payload": payload, "conversation_uuid": .string(leg.conversationUUID),
            "timestamp": .string(now.text),
        ]
    }

    private static func status(
        _ status: CallStatus,
        of leg: LegFacts,
        at now: WallTime,
        _ more: [JSON.Member] = []
    ) -> JSON {
        .object(
            [
                .init("headers", [:]),
                .init("from", .string(leg.from)),
                .init("to", .string(leg.to)),
                .init("uuid", .string(leg.uuid)),
                .init("conversation_uuid", .string(leg.conversationUUID)),
                .init("status", .string(status.rawValue)),
                .init("direction", "outbound"),
            ] + more + [.init("timestamp", .string(now.text))]
        )
    }

    private static func verdict(
        _ status: CallStatus,
        subState: String?,
        of leg: LegFacts,
        at now: WallTime
    ) -> JSON {
        .object(
            [
                .init("call_uuid", .string(leg.uuid)),
                .init("conversation_uuid", .string(leg.conversationUUID)),
                .init("from", .string(leg.from)),
                .init("to", .string(leg.to)),
                .init("status", .string(status.rawValue)),
            ] + (subState.map { [.init("sub_state", .string($0))] } ?? [])
                + [.init("timestamp", .string(now.text))]
        )
    }

    private static func bill(
        duration: Int,
        of leg: LegFacts
    ) -> [JSON.Member] {
        [
            .init("network", leg.answeredAt == nil ? .null : .string(LegFacts.network)),
            .init("start_time", .text(leg.answeredAt?.rounded.text)),
            .init("end_time", .text(leg.answeredAt == nil ? nil : leg.endedAt?.rounded.text)),
            .init("duration", .string(String(duration))),
            .init("rate", .string(Money.text(leg.rate))),
            .init("price", .string(Money.text(Money.price(seconds: duration, rate: leg.rate)))),
        ]
    }
}
