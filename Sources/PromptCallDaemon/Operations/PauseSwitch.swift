internal import CallEngine
internal import Logging
internal import PromptCallCore
internal import SQLiteCallStore

/// Pauses and resumes placing, and keeps that over a restart.
actor PauseSwitch {
    private let engine: CallEngine
    private let store: any StoreUpkeep
    private let logger: Logger
    /// Why placing is paused; nil where it is not.
    private(set) var cause: PauseCause?
    /// Counts what was asked, for a later wish may come while an earlier one is being stored.
    private var wishes = 0

    init(engine: CallEngine, store: any StoreUpkeep, logger: Logger) {
        self.engine = engine
        self.store = store
        self.logger = logger
    }

    /// Begins as it is kept, before the engine takes up what is stored.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    func restore() async throws(StoreError) {
        guard let cause = try await self.store.pauseCause() else { return }
        self.cause = cause
        self.engine.pause(true)
        switch cause {
        case .operator:
            self.logger.warning("paused since before the start; `promptcall resume` goes on")
        case .restoredCopy:
            self.logger.warning(
                """
                paused, for this is a restored copy: calls in its queue may have been rung since \
                it was made; `promptcall resume` goes on
                """
            )
        }
    }

    /// Places nothing from now on. What waits for somebody's eye as a restored copy stays that.
    ///
    /// - Throws: `StoreError` where it could not be kept; nothing is placed all the same.
    func pause() async throws(StoreError) {
        self.wishes += 1
        self.engine.pause(true)
        let cause = self.cause ?? .operator
        self.cause = cause
        try await self.store.setPause(cause)
        self.logger.notice("paused")
    }

    /// Places again and takes new calls, unless a pause was asked for meanwhile.
    ///
    /// - Throws: `StoreError` where it could not be kept; then all is as before.
    func resume() async throws(StoreError) {
        self.wishes += 1
        let wish = self.wishes
        // Also where nothing is paused here, for an earlier one may have failed after it was kept.
        try await self.store.setPause(nil)
        guard wish == self.wishes else { return }
        self.cause = nil
        self.engine.pause(false)
        self.engine.drain(false)
        self.logger.notice("resumed")
    }
}
