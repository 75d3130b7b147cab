/// How far a call has come. Within a leg it only grows.
///
/// The raw values are those of `promptcall.v1.Stage`, and are stored.
package enum CallStage: Int, CaseIterable, Sendable {
    /// Durable, waiting for its turn.
    case queued = 1
    /// The request to Nexmo is under way, or what came of it is unknown.
    case placing = 2
    /// Nexmo took it.
    case started = 3
    case ringing = 4
    /// Playing or listening.
    case answered = 5
    /// The right digits were entered; saying goodbye.
    case verified = 6
    case ended = 7
}

extension CallStage: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
