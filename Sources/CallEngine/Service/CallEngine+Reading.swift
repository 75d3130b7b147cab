package import PromptCallCore

// What is read without being judged. The store shows only what is durable.
extension CallEngine {
    /// Returns a call as it is stored; nil where there is none.
    ///
    /// - Throws: ``EngineError`` with code `unavailable` or `internal`.
    package func call(_ id: CallID) async throws(EngineError) -> CallRecord? {
        do throws(StoreError) {
            return try await self.store.load([id]).first ?? nil
        } catch {
            self.failed(error)
            throw EngineError(error)
        }
    }

    /// Returns where a call's credentials come from, which never changes; nil where there is no
    /// such call. Of a call in memory it is known without the store.
    ///
    /// - Throws: ``EngineError`` with code `unavailable` or `internal`.
    package func credentials(of id: CallID) async throws(EngineError) -> CredentialsSource? {
        if let known = self.cachedCredentials(of: id) { return known }
        return try await self.call(id)?.terms.credentials
    }

    /// Returns calls that match a filter, newest first.
    ///
    /// - Throws: ``EngineError`` with code `unavailable` or `internal`.
    package func list(_ page: ListPage) async throws(EngineError) -> [CallRecord] {
        do throws(StoreError) {
            return try await self.store.list(page)
        } catch {
            self.failed(error)
            throw EngineError(error)
        }
    }

    /// Returns the cursor before the oldest event that is kept.
    ///
    /// - Throws: ``EngineError`` with code `unavailable` or `internal`.
    package func oldestCursor() async throws(EngineError) -> EventCursor {
        do throws(StoreError) {
            return try await self.store.eventRange().oldest
        } catch {
            self.failed(error)
            throw EngineError(error)
        }
    }
}

// What an operator asks.
extension CallEngine {
    /// Since when the oldest queued call waits; nil where none does.
    ///
    /// - Throws: ``EngineError`` with code `unavailable`.
    package func oldestQueued() async throws(EngineError) -> Timestamp? {
        do throws(StoreError) {
            return try await self.store.counts().oldestQueued
        } catch {
            self.failed(error)
            throw EngineError(error)
        }
    }

    /// Takes no new calls, places nothing, and returns when no call is live, the grace is over or
    /// the drain was undone.
    package func drain(grace: Duration) async {
        self.drain(true)
        await self.waitForDrain(grace: grace)
    }

    /// Takes no new calls and places nothing from now on, which nothing undoes: the process ends.
    package func beginStop() {
        self.feed([.stop])
    }

    /// Returns when no call is live, the grace is over or the drain was undone.
    package func waitForDrain(grace: Duration) async {
        let end = self.clock.now + grace
        while self.isFollowingDrain, self.clock.now < end, !Task.isCancelled {
            // A look now and then is enough here, and throws only where it is cancelled.
            try? await self.clock.sleep(until: min(end, self.clock.now + Self.drainLook))
        }
    }

    private static let drainLook = Duration.milliseconds(50)
}
