import PromptCallCore
import Testing

/// All that a call can come to: every state it can reach is tried with every input.
///
/// States are found breadth first, by driving the machine from the submission on; the first call
/// of a shape stands for all of it (``CallShape``). The driver holds each step against
/// ``CallInvariants``.
struct Exploration {
    /// One call for each state, in the order in which they were found.
    private(set) var states: [State]
    /// How many inputs were tried, each in a state.
    private(set) var pairs = 0
    private var known: Set<CallShape>

    /// A state, and by what it was first reached.
    struct State {
        var call: CallDriver
        var path: [CallInput]
    }

    init(_ terms: CallTerms) {
        let call = CallDriver(terms)
        self.states = [State(call: call, path: [])]
        self.known = [CallShape(of: call)]
        var index = 0
        while index < self.states.count, !self.isBroken {
            if let fault = Self.fault(ending: self.states[index].call) {
                self.report("\(fault) after \(self.states[index].path)")
            }
            for input in CallInputs.around(self.states[index].call.record) {
                self.try(input, in: self.states[index])
            }
            index += 1
        }
    }

    /// Whether something was found, so that the rest would say the same again.
    private(set) var isBroken = false

    private mutating func `try`(_ input: CallInput, in state: State) {
        self.pairs += 1
        var call = state.call
        let answer = input.feed(to: &call)
        if call.isBroken { return self.report("after \(state.path), \(input)") }
        if call.record == state.call.record, call.now == state.call.now { return }
        if input.isWebhook, let fault = self.fault(repeating: input.again, to: call, answer) {
            return self.report("\(fault) after \(state.path), \(input)")
        }
        guard self.known.insert(CallShape(of: call)).inserted else { return }
        let rested = CallDriver(resuming: call.record, kinds: call.kinds, at: call.now)
        self.states.append(State(call: rested, path: state.path + [input]))
    }

    /// What is wrong with a webhook that comes again at once: it changes nothing, and gets the same
    /// answer, or silence where the first has ended the call.
    private func fault(
        repeating input: CallInput,
        to call: CallDriver,
        _ answer: LegAnswer?
    ) -> String? {
        var again = call
        let second = input.feed(to: &again)
        if again.record != call.record { return "a repeated webhook changed something" }
        let isSilent = call.record.stage == .ended && second == .directive(.silence)
        return second == answer || isSilent ? nil : "a repeated webhook got another answer"
    }

    // MARK: - Ends

    /// What is wrong with what becomes of a call by the clock alone.
    private static func fault(ending call: CallDriver) -> String? {
        var call = call
        if call.record.stage == .placing, call.record.leg?.placement == .asking {
            // Whoever asks Nexmo answers within a minute (VoiceProvider).
            let leg = call.record.progress.legs.count
            call.placement(.unknown(detail: ""), leg: leg)
        }
        if call.record.stage < .ended, call.record.timers.next == nil {
            return "it sleeps for ever"
        }
        if let fault = self.fault(ending: call, by: nil, .failed) { return "\(fault) in silence" }
        guard let leg = call.record.leg, !leg.isOver, leg.uuid != nil, call.record.isLive else {
            return call.isBroken ? "broken" : nil
        }
        let over = Samples.report(.completed, source: .fetch)
        if let fault = self.fault(ending: call, by: .report(over), .gone) {
            return "\(fault) where GET shows its end"
        }
        return self.fault(living: call)
    }

    /// A call ends within all its windows and 120 s, or at `expires_at` in the queue.
    private static func fault(
        ending call: CallDriver,
        by fetchAnswer: FetchAnswer?,
        _ hangUpAnswer: HangUpAnswer
    ) -> String? {
        var call = call
        call.fetchAnswer = fetchAnswer
        call.hangUpAnswer = hangUpAnswer
        let terms = call.record.terms
        let windows =
            CallWindows.setup + terms.ringTimeout + CallWindows.slack + terms.maxDuration
            + CallWindows.lost
        let expiry = max(.zero, terms.expiresAt - call.now)
        call.pass(call.record.stage == .queued ? expiry : windows + .seconds(120))
        // It waits for another leg.
        if call.record.stage == .queued { call.pass(max(.zero, terms.expiresAt - call.now)) }
        return call.record.stage == .ended ? nil : "it never ends"
    }

    /// No call that GET shows alive is ended by the clock, if it has the time to look.
    private static func fault(living call: CallDriver) -> String? {
        guard let lost = call.left(.lost), lost > CallWindows.lost, call.left(.hold) == nil else {
            return nil
        }
        var call = call
        call.fetchAnswer = .report(Samples.report(.started, source: .fetch))
        call.hangUpAnswer = .failed
        call.pass(call.record.terms.maxDuration * 10)
        return call.record.stage == .ended ? "it ends although GET shows it alive" : nil
    }

    private mutating func report(_ fault: String) {
        self.isBroken = true
        Issue.record("\(fault)")
    }
}
