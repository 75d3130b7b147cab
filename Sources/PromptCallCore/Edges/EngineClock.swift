/// The clock of the engine: wall time when it began, and from then on a clock that never steps.
package protocol EngineClock: Sendable {
    var now: Timestamp { get }

    /// Returns at a moment, or earlier by throwing where its task was cancelled.
    func sleep(until moment: Timestamp) async throws
}
