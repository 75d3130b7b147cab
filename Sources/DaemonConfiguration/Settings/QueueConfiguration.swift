/// Settings of the queue (key `queue`).
package struct QueueConfiguration: Equatable, Sendable {
    /// When a call that names no `expires_at` expires after its submit. Key `expire-after`, 1
    /// second to 30 days, default 10 minutes.
    package var expireAfter: Duration
    /// Most calls placed and not ended at a time. Key `live-calls-max`, 1 to 1,000,000,
    /// default 1000.
    package var liveCallsMax: Int

    package init(expireAfter: Duration = .seconds(600), liveCallsMax: Int = 1000) {
        self.expireAfter = expireAfter
        self.liveCallsMax = liveCallsMax
    }
}
