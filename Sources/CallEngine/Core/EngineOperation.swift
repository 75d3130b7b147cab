package import PromptCallCore

/// What the engine wants done outside; each is answered by the completion of the same name.
package enum EngineOperation: Sendable {
    case load(CallID)
    case commit(CommitBatch)
    /// Reads the records of a batch whose fate is unknown.
    case readBack([CallID])
    case claimQueued(QueueClaim)
    case claimDue(DueClaim)
    case readEvents(SubscriptionID, after: EventCursor, filter: EventFilter, limit: Int)
    case place(CallRecord, leg: Int, opening: Directive, credentials: CallCredentials)
    case hangUp(CallID, leg: Int, LegAddress)
    case leaveMessage(CallRecord, leg: Int, LegAddress)
    case fetch(CallID, leg: Int, LegAddress)
    case search(CallID, leg: Int, LegSearch)
    case deliverCallback(CallRecord)
    /// Answers whoever waits; has no completion.
    case reply(ReplyID, EngineReply)
}

/// The engine's answer to an input.
package enum EngineReply: Sendable {
    case submitted(CallID, existed: Bool, expectedWait: Duration)
    case call(CallRecord)
    /// What a webhook is answered; the record says whose words a directive means.
    case leg(LegAnswer, CallRecord, leg: Int)
    case events(SubscriptionBatch)
    /// The breaker was reset.
    case guarding(GuardReport)
    case failed(EngineError)
}

/// Why the engine refused an input.
package struct EngineError: Error, Equatable, Sendable {
    package enum Code: Hashable, Sendable {
        /// No such call.
        case notFound
        /// That `request_id` was used for another request.
        case alreadyExists
        /// Too much waits already; worth trying again after a while.
        case overloaded
        /// The fraud guard forbids calls to the number.
        case guardPrefix
        /// The number was called too often.
        case guardPerNumber
        /// The number's range was called too often.
        case guardPerRange
        /// The fraud guard's breaker is open.
        case guardSpend
        /// A call would expire before its turn comes.
        case waitTooLong
        /// The store cannot be used now; nothing was changed.
        case unavailable
        /// The store is damaged, and no new calls are taken until somebody has mended that.
        case storeDamaged
        /// No new calls are taken, for the daemon is about to stop.
        case draining
        /// The events after the cursor are no longer kept.
        case cursorExpired
        /// The cursor is not one of this store.
        case cursorInvalid
        /// An acknowledgement is of what the stream never sent.
        case acknowledgementInvalid
        /// A newer stream took the subscription over.
        case takenOver
        /// Our own fault.
        case `internal`

        /// Whether it speaks against new calls alone: what was taken before was judged then.
        package var isOfNewCalls: Bool {
            switch self {
            case .guardPrefix, .guardPerNumber, .guardPerRange, .guardSpend, .waitTooLong: true
            case .notFound, .alreadyExists, .overloaded, .unavailable, .storeDamaged, .draining,
                .cursorExpired, .cursorInvalid, .acknowledgementInvalid, .takenOver, .internal:
                false
            }
        }
    }

    package var code: Code
    package var message: String
    /// When trying again can help.
    package var retryAfter: Duration?
    /// With `cursorExpired`: where to go on.
    package var oldest: EventCursor?

    package init(
        _ code: Code,
        _ message: String,
        retryAfter: Duration? = nil,
        oldest: EventCursor? = nil
    ) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.oldest = oldest
    }

    /// A queue of ours is full.
    package static let overloaded = Self(
        .overloaded,
        "Too many requests wait already.",
        retryAfter: .seconds(1)
    )

    /// The store is damaged, with what is to be done about it.
    package static let storeDamaged = Self(
        .storeDamaged,
        "The call store is damaged, so no new calls are taken and nothing is placed. Stop the "
            + "daemon and restore the last backup; see docs/operating.md."
    )

    /// What a failed store means for whoever waits.
    package init(_ error: StoreError) {
        switch error.code {
        case .unavailable, .unknownFate:
            self.init(
                .unavailable,
                "The call store cannot be used at the moment; nothing was changed.",
                retryAfter: .seconds(1)
            )
        case .overloaded:
            self = .overloaded
        case .cursorExpired:
            self.init(.cursorExpired, "The events after this cursor are no longer kept.")
        case .cursorForeign:
            self.init(.cursorInvalid, "The cursor is not one of this daemon's store.")
        case .damaged where error.isOfDatabase:
            self = .storeDamaged
        case .damaged, .directoryRefused:
            self.init(.internal, "A stored value cannot be read; see the daemon's log.")
        }
    }
}
