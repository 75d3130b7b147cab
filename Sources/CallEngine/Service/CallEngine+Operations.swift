internal import Logging
internal import PromptCallCore

// How operations are carried out. Each ends by telling the core what became of it.
extension CallEngine {
    func perform(_ operation: EngineOperation) async {
        switch operation {
        case .load(let id):
            let result = await self.result { () throws(StoreError) in
                try await self.store.load([id]).first ?? nil
            }
            self.tell(.loaded(id, result))
        case .readBack(let ids):
            await self.readBack(ids)
        case .claimQueued(let claim):
            let result = await self.result { () throws(StoreError) in
                try await self.store.claimQueued(claim)
            }
            self.tell(.queuedClaimed(claim.lane, result))
        case .claimDue(let claim):
            let result = await self.result { () throws(StoreError) in
                try await self.store.claimDue(claim)
            }
            self.tell(.dueClaimed(result))
        case .readEvents(let id, let after, let filter, let limit):
            let result = await self.result { () throws(StoreError) in
                try await self.store.events(after: after, matching: filter, limit: limit)
            }
            self.tell(.eventsRead(id, result))
        case .place(let record, let leg, let opening, let credentials):
            let answer = await self.place(record, leg, opening, credentials)
            self.tell(.placement(record.id, leg: leg, answer))
        case .hangUp(let id, let leg, let address):
            self.tell(.hangUp(id, leg: leg, await self.provider.hangUp(address)))
        case .leaveMessage(let record, let leg, let address):
            let answer = await self.leaveMessage(record, leg, address)
            self.tell(.message(record.id, leg: leg, answer))
        case .fetch(let id, let leg, let address):
            self.tell(.fetch(id, leg: leg, await self.provider.fetch(address)))
        case .search(let id, let leg, let search):
            self.tell(.search(id, leg: leg, await self.search(search, for: id)))
        case .deliverCallback(let record):
            self.tell(.callback(record.id, await self.sender.deliver(record)))
        case .commit, .reply:
            // Begun, or answered, where it was decided.
            break
        }
    }

    /// Writes a batch.
    func write(_ batch: CommitBatch) async -> Result<CommitAnswer, StoreError> {
        do throws(StoreError) {
            return .success(try await self.store.commit(batch))
        } catch {
            self.logger.error("commit failed", metadata: [LogKey.error: "\(error)"])
            return .failure(error)
        }
    }

    /// Reads back until it is known what was written, for nothing else may happen before.
    private func readBack(_ ids: [CallID]) async {
        while !Task.isCancelled {
            let result = await self.result { () throws(StoreError) in
                try await self.store.load(ids)
            }
            if case .success = result { return self.tell(.readBack(result)) }
            try? await self.clock.sleep(until: self.clock.now + EngineLimits.storeRetry)
        }
    }

    private func place(
        _ record: CallRecord,
        _ leg: Int,
        _ opening: Directive,
        _ credentials: CallCredentials
    ) async -> PlacementAnswer {
        guard let script = await self.script(of: record) else {
            return .notPlaced(
                PlacementAnswer.NotPlaced(
                    throttled: false,
                    detail: "The call's words could not be read from the store."
                )
            )
        }
        let placement = Placement(
            call: ScriptedCall(id: record.id, leg: leg, terms: record.terms, script: script),
            opening: opening,
            credentials: credentials
        )
        return await self.provider.place(placement) {
            self.tell(.placementSent(record.id))
        }
    }

    /// Says a machine its message; what cannot be read may be asked for again.
    private func leaveMessage(
        _ record: CallRecord,
        _ leg: Int,
        _ address: LegAddress
    ) async -> MessageAnswer {
        guard let script = await self.script(of: record) else { return .refused }
        let call = ScriptedCall(id: record.id, leg: leg, terms: record.terms, script: script)
        return await self.provider.leaveMessage(call, on: address)
    }

    private func script(of record: CallRecord) async -> CallScript? {
        do throws(StoreError) {
            return try await self.store.script(of: record.id)
        } catch {
            self.failed(error, reading: record.id)
            return nil
        }
    }

    /// Looks for a leg among those that are nobody's yet.
    private func search(_ search: LegSearch, for id: CallID) async -> SearchAnswer {
        guard case .legs(let legs) = await self.provider.search(search), !legs.isEmpty else {
            return .failed
        }
        var filter = CallFilter()
        filter.to = search.to
        do throws(StoreError) {
            let page = ListPage(filter: filter, limit: Self.searchPage)
            let known = try await self.store.list(page).flatMap(\.progress.legs)
            let owned = Set(known.compactMap(\.uuid))
            return .legs(legs.filter { leg in leg.uuid.map { !owned.contains($0) } ?? false })
        } catch {
            self.failed(error)
            return .failed
        }
    }

    private func result<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async -> Result<Value, StoreError> {
        do throws(StoreError) {
            return .success(try await body())
        } catch {
            self.failed(error)
            return .failure(error)
        }
    }

    /// One line a finished call, one a finer event at debug level.
    func log(_ batch: CommitBatch) {
        guard self.logger.logLevel <= .info else { return }
        for transition in batch.transitions {
            for event in transition.events {
                let progress = event.progress
                guard event.kind == .ended || self.logger.logLevel <= .debug else { continue }
                var metadata: Logger.Metadata = [
                    LogKey.callID: "\(event.call)",
                    LogKey.event: "\(event.kind)",
                ]
                guard event.kind == .ended, let reason = progress.reason else {
                    self.logger.debug("call event", metadata: metadata)
                    continue
                }
                metadata[LogKey.status] = "\(reason.status.name)"
                metadata[LogKey.reason] = "\(reason.name)"
                metadata[LogKey.attempts] = "\(progress.attempts)"
                if !progress.detail.isEmpty {
                    metadata[LogKey.detail] = "\(progress.detail.withoutNumbers)"
                }
                self.logger.info("call ended", metadata: metadata)
            }
        }
    }

    /// The store failed to read something; the core learns of a damaged database.
    func failed(_ error: StoreError) {
        switch error.code {
        case .cursorExpired, .cursorForeign:
            // An answer to whoever gave the cursor; the store is well.
            return
        case .overloaded:
            self.logger.warning("store overloaded", metadata: [LogKey.error: "\(error)"])
        case .unavailable, .unknownFate, .damaged, .directoryRefused:
            self.logger.error("store failed", metadata: [LogKey.error: "\(error)"])
            self.noteDamage(error)
        }
    }

    /// The store failed to read the words of a call.
    func failed(_ error: StoreError, reading id: CallID) {
        self.logger.error(
            "script unreadable",
            metadata: [LogKey.callID: "\(id)", LogKey.error: "\(error)"]
        )
        self.noteDamage(error)
    }

    private func noteDamage(_ error: StoreError) {
        if error.isOfDatabase { self.feed([.storeDamaged("\(error)")]) }
    }

    /// Calls to one number looked through for the owner of a leg.
    private static let searchPage = 100
}

extension String {
    /// The text with whatever may be a telephone number left out of it, for the log.
    fileprivate var withoutNumbers: String {
        let digitsMin = 7
        var text = ""
        for part in self.split(omittingEmptySubsequences: false, whereSeparator: { !$0.isNumber }) {
            text += part.count < digitsMin ? part : "<number>"
            if part.endIndex < self.endIndex { text.append(self[part.endIndex]) }
        }
        return text
    }
}

/// Keys of the engine's log.
enum LogKey {
    static let callID = "call.id"
    static let event = "event.kind"
    static let status = "call.status"
    static let reason = "call.reason"
    static let attempts = "attempt.count"
    static let detail = "detail"
    static let error = "error"
    static let legs = "leg.count"
    static let profile = "profile"
    static let cause = "cause"
}
