import NexmoSimulator
import PromptCallAPI

/// All that is known of a kill test once everything has come to its end.
struct KillEvidence: Sendable {
    var ledger: KillLedger
    /// Every stored event, oldest first.
    var history: [Promptcall_V1_Event]
    /// Every call as it is stored, by tid.
    var calls: [String: Promptcall_V1_Call]
    /// Every phone that rang.
    var placements: [Placement]
    /// Every webhook that was tried, and what came of it.
    var webhooks: [SentWebhook]
    /// What the simulator took amiss.
    var objections: [String]
    /// Every result that came to the receiver, and what the receiver answered.
    var callbacks: [ReceivedCallback]
    var subscribers: [KillSubscriber]
    var database: KillDatabase
}
