internal import CallEngine
internal import PromptCallCore

/// Cancels all calls that match a filter, page by page.
struct Cancelling {
    let engine: CallEngine
    let filter: CallFilter

    /// Calls that are cancelled at once, so that other callers are served between two pages.
    private static let pageSize = 256

    /// Cancels them, and returns how many it has.
    ///
    /// Cancellation of the task ends it between two pages.
    ///
    /// - Throws: `EngineError` with code `overloaded`, `unavailable` or `internal`, or
    ///   `CancellationError`; what was cancelled stays cancelled.
    func run() async throws -> Int {
        var filter = self.filter
        // Ended calls cannot be cancelled, and there may be many.
        let stages = CallStage.allCases.filter { $0 < .verified }
        filter.stages =
            filter.stages.isEmpty ? stages : filter.stages.filter { stages.contains($0) }
        guard !filter.stages.isEmpty else { return 0 }
        var cancelled = 0
        var last: CallID?
        while true {
            try Task.checkCancellation()
            let page = ListPage(filter: filter, after: last, limit: Self.pageSize)
            let records = try await self.engine.list(page)
            let open = records.filter { $0.decided != .cancelled }
            cancelled += try await self.engine.cancel(open.map(\.id)).count { record in
                record.decided == .cancelled
            }
            guard let end = records.last, records.count == Self.pageSize else { return cancelled }
            last = end.id
        }
    }
}
