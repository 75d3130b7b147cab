/// What is written in one transaction.
package struct CommitBatch: Sendable {
    package var submissions: [Submission] = []
    package var transitions: [Transition] = []
    package var subscriptions: [SubscriptionRecord] = []
    /// What the fraud guard keeps; nil where that has not changed.
    package var guarding: GuardRecord?

    package init() {}

    package var isEmpty: Bool {
        self.submissions.isEmpty && self.transitions.isEmpty && self.subscriptions.isEmpty
            && self.guarding == nil
    }
}

/// A new call.
package struct Submission: Sendable {
    /// As of version 1.
    package var record: CallRecord
    package var script: CallScript
    /// By which a repeated request is recognised: 32 bytes under the key file.
    package var fingerprint: [UInt8]
    package var events: [CallEvent]

    package init(
        record: CallRecord,
        script: CallScript,
        fingerprint: [UInt8],
        events: [CallEvent]
    ) {
        self.record = record
        self.script = script
        self.fingerprint = fingerprint
        self.events = events
    }
}

/// A change of a call.
///
/// Where the record has ended, the store erases its script in the same transaction.
package struct Transition: Sendable {
    /// As of after the change; its version is one more than that it was computed from.
    package var record: CallRecord
    package var events: [CallEvent]

    package init(record: CallRecord, events: [CallEvent]) {
        self.record = record
        self.events = events
    }

    /// The version it was computed from.
    package var expectedVersion: Int64 { self.record.version - 1 }
}

/// What became of a batch, in its own order.
package struct CommitAnswer: Equatable, Sendable {
    package enum Submitted: Equatable, Sendable {
        /// Stored; its events got the positions from `first` on.
        case inserted(first: EventCursor)
        /// The caller used that `request_id` before, and may not use it anew yet.
        case existed(CallID, sameRequest: Bool)
    }

    package enum Transitioned: Equatable, Sendable {
        /// Stored; its events got the positions from `first` on. Nil where it had none.
        case applied(first: EventCursor?)
        /// The version had moved.
        case conflict
    }

    package var submissions: [Submitted]
    package var transitions: [Transitioned]

    package init(submissions: [Submitted], transitions: [Transitioned]) {
        self.submissions = submissions
        self.transitions = transitions
    }
}
