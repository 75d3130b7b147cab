import NexmoSimulator

/// When a daemon is killed.
enum KillMoment: Sendable {
    /// So long after it was started: before its log, while it opens the store, or while it takes
    /// up what is stored.
    case afterStart(Duration)
    /// So long after it was ready.
    case afterReady(Duration)
    /// When so many more requests were sent, and so long after that: in the middle of the commits
    /// that they bring about.
    case afterRequests(Int, Duration)
    /// The same with webhooks.
    case afterWebhooks(Int, Duration)

    /// Draws one.
    ///
    /// - Parameters:
    ///   - startTime: What the latest start took until it was ready.
    ///   - random: Where chance comes from.
    /// - Returns: The moment.
    static func random(
        startTime: Duration,
        using random: inout SeededRandom
    ) -> KillMoment {
        func milliseconds(_ range: ClosedRange<Int>) -> Duration {
            .milliseconds(Int.random(in: range, using: &random))
        }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<10: return .afterStart(milliseconds(0...50))
        case ..<25: return .afterStart(startTime * Double.random(in: 0...1.2, using: &random))
        case ..<40: return .afterReady(milliseconds(0...20))
        case ..<65: return .afterReady(milliseconds(0...2000))
        case ..<80:
            return .afterRequests(Int.random(in: 1...10, using: &random), milliseconds(0...6))
        default:
            return .afterWebhooks(Int.random(in: 1...60, using: &random), milliseconds(0...6))
        }
    }
}
