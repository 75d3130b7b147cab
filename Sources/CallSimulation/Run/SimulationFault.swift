/// What can go wrong in a simulation.
package enum SimulationFault: String, CaseIterable, Sendable {
    /// The daemon is killed between any two steps.
    case crash
    /// The machine loses its power, within a commit as well, and what was not synced with it.
    case powerCut = "power-cut"
    /// Commits take seconds.
    case slowDisk = "slow-disk"
    /// Commits fail, and nothing is written.
    case failingDisk = "failing-disk"
    /// Commits fail, and it is not known what was written.
    case unknownCommit = "unknown-commit"
    /// There is no room for minutes.
    case fullDisk = "full-disk"
    /// Reading fails.
    case failingReads = "failing-reads"
    /// Webhooks do not come.
    case webhooksLost = "webhooks-lost"
    /// Webhooks come twice.
    case webhooksDoubled = "webhooks-doubled"
    /// Webhooks come late, and so in any order.
    case webhooksDelayed = "webhooks-delayed"
    /// Webhooks come of calls, legs and turns that never were, and old ones again.
    case webhooksForged = "webhooks-forged"
    /// Placings are answered 429.
    case throttling
    /// Placings are answered 5xx, having rung or not.
    case failingPlacings = "failing-placings"
    /// Placings end without an answer, having rung or not.
    case lostAnswers = "lost-answers"
    /// Nexmo cannot be reached.
    case unreachableNexmo = "unreachable-nexmo"
    /// Placings are refused for the number, or the key is refused for minutes.
    case refusedPlacings = "refused-placings"
    /// GET is answered 404, or by what was true a while ago, or not at all.
    case lyingFetches = "lying-fetches"
    /// Hang-ups are refused, or not answered.
    case refusedHangUps = "refused-hang-ups"
    /// Nexmo ends legs by itself.
    case droppedLegs = "dropped-legs"
    /// Receivers of callbacks answer 5xx, or are down for a day, or are gone.
    case failingReceivers = "failing-receivers"
    /// Subscribers stall, vanish and resume.
    case restlessSubscribers = "restless-subscribers"
    /// The wall clock is set while the daemon is down.
    case clockSteps = "clock-steps"
    /// Calls are cancelled at any moment.
    case cancels
}
