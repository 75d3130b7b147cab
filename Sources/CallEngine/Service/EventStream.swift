package import PromptCallCore

/// One subscriber's stream of events; its owner calls ``close()`` when it is done.
package struct EventStream: Sendable {
    private let engine: CallEngine
    private let id: SubscriptionID

    init(engine: CallEngine, id: SubscriptionID) {
        self.engine = engine
        self.id = id
    }

    /// Returns what is next, when there is something.
    ///
    /// - Throws: ``EngineError`` with code `cursorExpired`, `cursorInvalid`,
    ///   `acknowledgementInvalid` or `takenOver`, or `CancellationError`.
    package func next() async throws -> SubscriptionBatch {
        let id = self.id
        let reply = try await self.engine.ask(
            { .nextEvents(id, reply: $0) },
            // The stream ends with the wait.
            orAbandon: { _ in .unsubscribe(id) }
        )
        switch reply {
        case .events(let batch): return batch
        case .failed(let error): throw await self.engine.withOldestCursor(error)
        case .submitted, .call, .leg, .guarding: throw CallEngine.unexpected
        }
    }

    /// All up to a cursor has been dealt with.
    package func acknowledge(_ cursor: EventCursor) {
        self.engine.feed([.acknowledge(self.id, cursor)])
    }

    /// Ends the stream; a second call changes nothing.
    package func close() {
        self.engine.feed([.unsubscribe(self.id)])
    }
}

extension CallEngine {
    /// Where a stream begins.
    package enum StreamPosition: Equatable, Sendable {
        case earliest
        case latest
        case after(EventCursor)
    }

    /// Opens a stream of events.
    ///
    /// A durable one begins where its name last acknowledged, and `from` counts only when the
    /// name is opened for the first time. An older stream of the name ends.
    ///
    /// - Throws: ``EngineError`` with code `unavailable`.
    package func subscribe(
        from position: StreamPosition,
        durable key: SubscriptionKey?,
        filter: EventFilter,
        unackedMax: Int?
    ) async throws(EngineError) -> EventStream {
        do throws(StoreError) {
            let start = try await self.start(from: position, durable: key)
            let id = self.newID()
            self.feed([
                .subscribe(
                    SubscriptionStart(
                        after: start.acknowledged,
                        filter: filter,
                        unackedMax: unackedMax,
                        durable: start.durable
                    ),
                    id: id
                )
            ])
            return EventStream(engine: self, id: id)
        } catch {
            self.failed(error)
            throw EngineError(error)
        }
    }

    /// Says where to go on, where the events after a cursor are no longer kept.
    func withOldestCursor(_ error: EngineError) async -> EngineError {
        guard error.code == .cursorExpired, error.oldest == nil else { return error }
        var error = error
        // Without it the error still says what is the matter.
        error.oldest = try? await self.store.eventRange().oldest
        return error
    }

    /// Where a stream begins, and what is stored of its name.
    private func start(
        from position: StreamPosition,
        durable key: SubscriptionKey?
    ) async throws(StoreError) -> (acknowledged: EventCursor, durable: SubscriptionRecord?) {
        guard let key else { return (try await self.cursor(at: position), nil) }
        if let stored = try await self.store.subscription(key) {
            return (stored.acknowledged, stored)
        }
        let cursor = try await self.cursor(at: position)
        let fresh = SubscriptionRecord(key: key, acknowledged: cursor, usedAt: self.clock.now)
        return (cursor, fresh)
    }

    private func cursor(at position: StreamPosition) async throws(StoreError) -> EventCursor {
        switch position {
        case .after(let cursor): cursor
        case .earliest: try await self.store.eventRange().oldest
        case .latest: try await self.store.eventRange().newest
        }
    }
}
