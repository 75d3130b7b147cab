/// The one place where the kill test goes by the clock: that a kill comes at a random time is its
/// purpose, and what never comes has to be given up some time.
enum KillClock {
    /// Lets a while pass before a kill.
    static func pass(_ while: Duration) async throws {
        try await Task.sleep(for: `while`)
    }

    /// Whether a body came to its end within a while; it is cancelled otherwise.
    static func isDone(
        within limit: Duration,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
