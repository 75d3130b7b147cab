internal import CallEngine
internal import Logging
internal import PromptCallCore

/// Looks through the whole database once, beside the load.
///
/// What is checked before the daemon is ready is only what it needs at once.
struct StoreCheck: Sendable {
    let store: any StoreUpkeep
    let engine: CallEngine
    let logger: Logger

    /// What is told of a long list of problems.
    private static let problemsTold = 3

    /// Returns when the check is done, or soon after its task is cancelled.
    func run() async {
        do throws(StoreError) {
            let problems = try await self.store.quickCheck()
            guard !problems.isEmpty else { return self.logger.info("store checked") }
            self.engine.storeDamaged(problems.prefix(Self.problemsTold).joined(separator: "; "))
        } catch {
            guard !Task.isCancelled else { return }
            if error.code == .damaged { return self.engine.storeDamaged("\(error)") }
            self.logger.warning("store not checked", metadata: ["error": "\(error)"])
        }
    }
}
