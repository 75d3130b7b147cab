/// Nexmo, as the engine sees it: somebody who rings phones and obeys directives.
///
/// No method throws: how a request ended is part of what the call machine judges. Each returns
/// within a minute, whatever the network does.
package protocol VoiceProvider: Sendable {
    /// Asks for a leg.
    ///
    /// `sent` is called at most once, when the first byte of the request has been written; where
    /// it was not called, the answer is never `unknown`.
    func place(_ placement: Placement, sent: @escaping @Sendable () -> Void) async
        -> PlacementAnswer

    /// Asks that a leg be ended.
    func hangUp(_ leg: LegAddress) async -> HangUpAnswer

    /// Asks that a leg be told the message for a machine, instead of all that it was told before.
    func leaveMessage(_ call: ScriptedCall, on leg: LegAddress) async -> MessageAnswer

    /// Asks what has become of a leg.
    func fetch(_ leg: LegAddress) async -> FetchAnswer

    /// Looks for the legs between two numbers since a moment, newest last.
    func search(_ search: LegSearch) async -> SearchAnswer

    /// Puts a directive into Nexmo's words (an NCCO in JSON).
    func render(_ directive: Directive, for scripted: ScriptedCall) -> [UInt8]
}

/// A call with its words, and the leg that is to hear them.
package struct ScriptedCall: Sendable {
    package var id: CallID
    package var leg: Int
    package var terms: CallTerms
    package var script: CallScript

    package init(id: CallID, leg: Int, terms: CallTerms, script: CallScript) {
        self.id = id
        self.leg = leg
        self.terms = terms
        self.script = script
    }
}

/// An order to ring.
package struct Placement: Sendable {
    package var call: ScriptedCall
    /// What the callee hears first.
    package var opening: Directive
    package var credentials: CallCredentials

    package init(call: ScriptedCall, opening: Directive, credentials: CallCredentials) {
        self.call = call
        self.opening = opening
        self.credentials = credentials
    }
}

/// With what requests to Nexmo are signed.
///
/// It prints without its secrets, which are in memory alone.
package enum CallCredentials: Hashable, Sendable {
    /// A key of the daemon's configuration.
    case profile(String)
    /// A token that the caller made.
    case jwt(String)
    /// An RSA key in PEM form, with which tokens are made.
    case privateKey(applicationID: String, pem: String)
}

extension CallCredentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self {
        case .profile(let name): "profile \(name)"
        case .jwt: "<a caller's JWT>"
        case .privateKey: "<a caller's private key>"
        }
    }
    package var debugDescription: String { self.description }
}

/// How to reach a leg.
package struct LegAddress: Equatable, Sendable {
    package var uuid: String
    package var credentials: CallCredentials

    package init(uuid: String, credentials: CallCredentials) {
        self.uuid = uuid
        self.credentials = credentials
    }
}

/// Which legs are looked for.
package struct LegSearch: Equatable, Sendable {
    package var from: PhoneNumber
    package var to: PhoneNumber
    package var since: Timestamp
    package var credentials: CallCredentials

    package init(
        from: PhoneNumber,
        to: PhoneNumber,
        since: Timestamp,
        credentials: CallCredentials
    ) {
        self.from = from
        self.to = to
        self.since = since
        self.credentials = credentials
    }
}

/// What became of an order to ring (design, "Placing").
package enum PlacementAnswer: Equatable, Sendable {
    case placed(uuid: String, conversationUUID: String?)
    /// Surely not placed, through no fault of the call: it may be tried again.
    case notPlaced(NotPlaced)
    /// Surely not placed, and would not be another time.
    case refused(Refusal)
    /// The phone may or may not ring.
    case unknown(detail: String)

    package struct NotPlaced: Equatable, Sendable {
        /// Nexmo answered 429.
        package var throttled: Bool
        /// What Nexmo's `Retry-After` asks for; nil where it asks for nothing.
        package var retryAfter: Duration?
        package var detail: String

        package init(throttled: Bool, retryAfter: Duration? = nil, detail: String) {
            self.throttled = throttled
            self.retryAfter = retryAfter
            self.detail = detail
        }
    }

    package struct Refusal: Equatable, Sendable {
        package enum Kind: Equatable, Sendable {
            /// 401, also with a fresh token where one could be made.
            case credentials
            /// The account has no credit.
            case credit
            /// Something about this call: any other 4xx.
            case request
        }

        package var kind: Kind
        /// Nexmo's own message.
        package var detail: String

        package init(_ kind: Kind, detail: String) {
            self.kind = kind
            self.detail = detail
        }
    }
}

/// What became of a request to end a leg.
package enum HangUpAnswer: Equatable, Sendable {
    case accepted
    /// Nexmo does not know such a live leg: it has ended.
    case gone
    /// Refused, as in the first two seconds of a leg; to be asked again.
    case refused
    /// No answer, or one that says nothing.
    case failed
}

/// What became of a request to play a message.
package enum MessageAnswer: Equatable, Sendable {
    /// It plays now.
    case accepted
    /// Nexmo does not know such a live leg: it has ended.
    case gone
    /// Surely not done; to be asked again.
    case refused
    /// No answer, or one that says nothing: it may play.
    case failed
}

/// What became of a question about a leg.
package enum FetchAnswer: Equatable, Sendable {
    case report(LegReport)
    /// 404, which says nothing of how a leg ended.
    case notFound
    case failed
}

/// What became of a look for legs.
package enum SearchAnswer: Equatable, Sendable {
    /// Each has a uuid.
    case legs([LegReport])
    case failed
}
