package import PromptCallCore
internal import Synchronization

/// A Nexmo for the async driver that takes every order and says nothing by itself.
package final class FakeVoiceProvider: VoiceProvider {
    private let state = Mutex(State())

    private struct State {
        var placements: [Placement] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var hangUps: [String] = []
    }

    package init() {}

    /// What was ordered so far.
    package var placements: [Placement] { self.state.withLock { $0.placements } }

    /// The legs that were to be ended.
    package var hangUps: [String] { self.state.withLock { $0.hangUps } }

    /// Returns once so many calls were placed.
    package func waitForPlacements(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.placements.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    package func place(
        _ placement: Placement,
        sent: @escaping @Sendable () -> Void
    ) async -> PlacementAnswer {
        sent()
        let (number, watchers) = self.state.withLock { state in
            state.placements.append(placement)
            let count = state.placements.count
            let ready = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return (count, ready)
        }
        for watcher in watchers { watcher.resume() }
        return .placed(uuid: "LEG-\(number)", conversationUUID: nil)
    }

    package func hangUp(_ leg: LegAddress) async -> HangUpAnswer {
        self.state.withLock { $0.hangUps.append(leg.uuid) }
        return .accepted
    }

    package func leaveMessage(_ call: ScriptedCall, on leg: LegAddress) async -> MessageAnswer {
        .accepted
    }

    package func fetch(_ leg: LegAddress) async -> FetchAnswer { .notFound }

    package func search(_ search: LegSearch) async -> SearchAnswer { .failed }

    /// The directive as a text with the words in it.
    package func render(_ directive: Directive, for scripted: ScriptedCall) -> [UInt8] {
        let words: String? =
            switch directive {
            case .ask(let spoken, _, _, _): spoken.flatMap(scripted.script.words)
            case .say(let spoken): scripted.script.words(spoken)
            case .announce: scripted.script.text
            case .silence: nil
            }
        return Array((words ?? "silence").utf8)
    }
}

/// A receiver for the async driver that takes every result.
package final class FakeCallbackSender: CallbackSender {
    private let state = Mutex<[CallRecord]>([])

    package init() {}

    package var delivered: [CallRecord] { self.state.withLock { $0 } }

    package func deliver(_ record: CallRecord) async -> CallbackAnswer {
        self.state.withLock { $0.append(record) }
        return CallbackAnswer(httpStatus: 200)
    }
}
