internal import Logging
package import PromptCallCore
internal import Synchronization

// What callers and Nexmo want of the engine.
extension CallEngine {
    /// What became of a Submit.
    package struct Submitted: Equatable, Sendable {
        package var id: CallID
        package var existed: Bool
        package var expectedWait: Duration
    }

    /// Takes calls, each judged alone; returns when all that were taken are durable.
    package func submit(_ orders: [SubmitOrder]) async -> [Result<Submitted, EngineError>] {
        await withTaskGroup(of: (Int, Result<Submitted, EngineError>).self) { group in
            for (index, order) in orders.enumerated() {
                // Begun at once on this thread, so that they come to the engine in order.
                group.addImmediateTask { (index, await self.submit(order)) }
            }
            var results: [Result<Submitted, EngineError>?] = Array(
                repeating: nil,
                count: orders.count
            )
            for await (index, result) in group { results[index] = result }
            return results.compactMap(\.self)
        }
    }

    /// Takes one call; returns when it is durable.
    package func submit(_ order: SubmitOrder) async -> Result<Submitted, EngineError> {
        switch await self.ask({ .submit(order, reply: $0) }) {
        case .submitted(let id, let existed, let wait):
            .success(Submitted(id: id, existed: existed, expectedWait: wait))
        case .failed(let error):
            .failure(error)
        case .call, .leg, .events, .guarding:
            .failure(Self.unexpected)
        }
    }

    /// Ends a call early; returns it as it is once that is durable.
    ///
    /// - Throws: ``EngineError`` with code `notFound`, `overloaded` or `unavailable`.
    package func cancel(_ id: CallID) async throws(EngineError) -> CallRecord {
        try Self.call(await self.ask { .cancel(id, reply: $0) })
    }

    /// Ends calls early; returns those that there are, as they are once that is durable.
    ///
    /// - Throws: ``EngineError`` with code `overloaded` or `unavailable`.
    package func cancel(_ ids: [CallID]) async throws(EngineError) -> [CallRecord] {
        let results = await withTaskGroup(of: Result<CallRecord?, EngineError>.self) { group in
            for id in ids {
                group.addImmediateTask {
                    do throws(EngineError) {
                        return .success(try await self.cancel(id))
                    } catch {
                        // Retention may have taken it.
                        return error.code == .notFound ? .success(nil) : .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var records: [CallRecord] = []
        for result in results {
            if let record = try result.get() { records.append(record) }
        }
        return records
    }

    /// Returns a call once it has come to a stage, at once if it already has.
    ///
    /// - Throws: ``EngineError`` with code `notFound` or `unavailable`, or `CancellationError`.
    package func wait(for id: CallID, until stage: CallStage) async throws -> CallRecord {
        let reply = try await self.ask(
            { .wait(id, until: stage, reply: $0) },
            orAbandon: { .stopWaiting(id, reply: $0) }
        )
        return try Self.call(reply)
    }

    /// Judges a webhook; returns its answer once what it changed is durable.
    ///
    /// - Throws: ``EngineError`` with code `notFound`, `overloaded` or `unavailable`.
    package func judge(
        _ event: LegEvent,
        of call: CallID,
        leg: Int
    ) async throws(EngineError) -> WebhookReply {
        switch await self.ask({ .legEvent(event, call: call, leg: leg, reply: $0) }) {
        case .leg(.directive(let directive), let record, let leg):
            return .instructions(try await self.render(directive, of: record, leg: leg))
        case .leg(.noted, _, _):
            return .noted
        case .leg(.unknown, _, _):
            return .unknown
        case .failed(let error):
            throw error
        case .submitted, .call, .events, .guarding:
            throw Self.unexpected
        }
    }

    /// A webhook of a call could not be answered.
    package func webhookUnanswered(call: CallID, leg: Int) {
        self.feed([.webhookUnanswered(call: call, leg: leg)])
    }

    /// Takes no new calls and places nothing, or does so again.
    package func drain(_ isDraining: Bool) {
        self.feed([.drain(isDraining)])
    }

    /// Places nothing, or does so again.
    package func pause(_ isPaused: Bool) {
        self.feed([.pause(isPaused)])
    }

    /// The store was found to be damaged: takes no new calls and places nothing any more.
    package func storeDamaged(_ words: String) {
        self.feed([.storeDamaged(words)])
    }

    /// The wall clock was found to be ahead of the engine's by so much. Less than a second more or
    /// less than before is no step.
    package func wallClock(leadsBy lead: Duration) {
        guard abs((lead - self.wallLead).components.seconds) >= 1 else { return }
        self.wallLeadMilliseconds.store(lead.wholeMilliseconds, ordering: .relaxed)
        self.feed([.wallClock(lead: self.wallLead)])
    }

    /// Goes by other profiles and another guard from now on.
    package func reconfigure(
        _ profiles: [String: EngineConfiguration.ProfileSettings],
        guardRules: GuardRules?
    ) {
        self.feed([.reconfigure(profiles: profiles), .setGuard(guardRules)])
    }

    /// Closes the fraud guard's breaker; returns how the guard then is, once that is durable.
    ///
    /// - Throws: ``EngineError`` with code `unavailable`, `storeDamaged` or `overloaded`. Where it
    ///   could not be kept the breaker is closed all the same, but a restart may open it again.
    package func resetGuard() async throws(EngineError) -> GuardReport {
        switch await self.ask({ .resetGuard(reply: $0) }) {
        case .guarding(let report): return report
        case .failed(let error): throw error
        case .submitted, .call, .leg, .events: throw Self.unexpected
        }
    }

    /// Puts a directive into Nexmo's words.
    private func render(
        _ directive: Directive,
        of record: CallRecord,
        leg: Int
    ) async throws(EngineError) -> [UInt8] {
        let script: CallScript?
        do throws(StoreError) {
            script = directive == .silence ? nil : try await self.store.script(of: record.id)
        } catch {
            self.failed(error, reading: record.id)
            self.webhookUnanswered(call: record.id, leg: leg)
            throw EngineError(error)
        }
        // Its words were erased because the call has ended meanwhile.
        let said = script == nil ? .silence : directive
        return self.provider.render(
            said,
            for: ScriptedCall(
                id: record.id,
                leg: leg,
                terms: record.terms,
                script: script ?? CallScript(text: "")
            )
        )
    }

    private static func call(_ reply: EngineReply) throws(EngineError) -> CallRecord {
        switch reply {
        case .call(let record): return record
        case .failed(let error): throw error
        case .submitted, .leg, .events, .guarding: throw self.unexpected
        }
    }

    static let unexpected = EngineError(.internal, "The engine gave an answer of another kind.")
}

/// What a webhook is answered.
package enum WebhookReply: Equatable, Sendable {
    /// An NCCO, as JSON.
    case instructions([UInt8])
    case noted
    /// No such leg or turn was ever asked for.
    case unknown
}
