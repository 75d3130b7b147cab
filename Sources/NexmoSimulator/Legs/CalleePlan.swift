/// How a callee behaves, and which faults befall what is sent about its calls.
///
/// All durations are simulated time.
package struct CalleePlan: Equatable, Sendable {
    /// Whether the callee answers.
    package enum Outcome: Equatable, Sendable {
        case answers
        /// An answering machine answers.
        case machine
        case busy
        /// Rings for ``CalleePlan/ringsFor`` and gives up; `timeout` if that is not before the
        /// request's `ringing_timer`.
        case unanswered
        /// Rings until the request's `ringing_timer` runs out.
        case timeout
        case rejected
        /// The number is out of service.
        case failed
        /// Rings for ``CalleePlan/ringsFor``, then the network takes the call back.
        case cancelled
    }

    /// What the callee keys in when asked.
    package indirect enum Entry: Equatable, Sendable {
        /// The PIN heard (the first run of 3 to 10 digits spoken), else ``CalleePlan/pin``; with
        /// hash where that is needed to end the entry.
        case pin
        /// As long as the PIN and different.
        case wrongPIN
        /// These keys: `0`-`9`, `*`, `#`. Those that an input does not take go to the next one.
        case keys(String)
        case silence
        /// Another entry, at a time of its own. Keys that come too late for the input go to the
        /// next one, if that listens by then, instead of an entry.
        case timed(Entry, KeyTiming)
    }

    /// When the callee hangs up.
    package enum HangUp: Equatable, Sendable {
        /// So long after answering.
        case after(Duration)
        /// Halfway through the first talk.
        case duringPrompt
        /// Shortly after making this entry that has a key, counted from 1.
        case afterEntry(Int)
    }

    /// What machine detection takes the callee for.
    package enum Verdict: Equatable, Sendable {
        case human
        case machine
        /// No verdict comes.
        case nothing
    }

    /// From when on nothing is heard of the leg, which stays up until hung up or timed out.
    package enum Vanishing: Equatable, Sendable {
        case afterAnswer
        /// When the first entry is made.
        case atInput
    }

    package var outcome: Outcome
    /// Entries in the order asked for.
    package var entries: [Entry]
    /// Whether the last entry is made again and again; otherwise silence follows.
    package var repeatsLastEntry: Bool
    /// What ``Entry/pin`` is where no text named one.
    package var pin = "1234"
    package var hangUp: HangUp?
    package var vanishes: Vanishing?
    /// Ringing before the callee answers or the network gives up.
    package var ringsFor: Duration = .seconds(2)
    /// How long the callee listens before it cuts interruptible speech short with a key.
    package var patience: Duration = .seconds(3)
    /// When an answering machine beeps, counted from the answer; nil for never.
    package var beepsAfter: Duration? = .seconds(8)
    /// What machine detection says; nil for the truth.
    package var detectedAs: Verdict?
    /// Why a callee is not reached (reference, section 5.3); nil for the usual reason.
    package var detail: String?
    /// What comes with it; nil for the code that fits.
    package var sipCode: Int?

    /// Webhooks of the call that are never sent.
    package var lostWebhooks: Set<WebhookKind> = []
    /// Webhooks that are sent twice.
    package var doubledWebhooks: Set<WebhookKind> = []
    /// Events are late by a random time below this, so they overtake each other.
    package var eventJitter: Duration = .zero
    /// Webhooks that are late by just so much.
    package var webhookDelays: [WebhookKind: Duration] = [:]
    /// What the first requests to call the number get; later ones are carried out.
    package var creations: [CreationFault] = []
    /// Whether inputs of the current shape are answered by the legacy webhook too.
    package var sendsLegacyInput = false

    package init(
        outcome: Outcome = .answers,
        entries: [Entry] = [.pin],
        repeatsLastEntry: Bool = true
    ) {
        self.outcome = outcome
        self.entries = entries
        self.repeatsLastEntry = repeatsLastEntry
    }

    /// The callee that the last two digits of a number stand for; those without a meaning answer
    /// and enter the right PIN, as `00` does.
    package static func callee(ofNumber number: String) -> CalleePlan {
        switch number.suffix(2) {
        case "01": return CalleePlan(entries: [.wrongPIN, .pin])
        case "02": return CalleePlan(entries: [.wrongPIN])
        case "03": return CalleePlan(entries: [])
        case "04":
            var plan = CalleePlan(entries: [])
            plan.hangUp = .duringPrompt
            return plan
        case "05": return CalleePlan(outcome: .busy, entries: [])
        case "06":
            var plan = CalleePlan(outcome: .unanswered, entries: [])
            plan.ringsFor = .seconds(30)
            return plan
        case "07": return CalleePlan(outcome: .machine, entries: [])
        case "08": return CalleePlan(outcome: .rejected, entries: [])
        case "09": return CalleePlan(outcome: .failed, entries: [])
        default: return CalleePlan()
        }
    }
}
