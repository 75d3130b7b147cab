/// One entry in a call's history.
package struct CallEvent: Equatable, Sendable {
    /// The raw values are those of `promptcall.v1.EventKind`, and are stored.
    package enum Kind: Int, CaseIterable, Sendable {
        case queued = 1
        case placed = 2
        case ringing = 3
        case answered = 4
        /// An entry was judged.
        case digits = 5
        /// The right digits; sent while the goodbye still plays.
        case verified = 6
        case redial = 7
        /// Exactly one a call, always its last but for `callback` and `billed`.
        case ended = 8
        /// The callback was delivered or abandoned.
        case callback = 9
        /// The price came after the end.
        case billed = 10
    }

    package var call: CallID
    /// 1, 2, 3 … within its call.
    package var number: Int
    package var kind: Kind
    package var time: Timestamp
    /// The call as of this event.
    package var progress: CallProgress

    package init(
        call: CallID,
        number: Int,
        kind: Kind,
        time: Timestamp,
        progress: CallProgress
    ) {
        self.call = call
        self.number = number
        self.kind = kind
        self.time = time
        self.progress = progress
    }
}
