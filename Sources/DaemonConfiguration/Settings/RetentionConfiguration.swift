/// How long the store keeps what has ended (key `retention`).
package struct RetentionConfiguration: Equatable, Sendable {
    /// Key `calls`, 1 second to 3650 days, default 30 days.
    package var calls: Duration
    /// Key `events`, 1 second to 3650 days, default 7 days.
    package var events: Duration

    package init(
        calls: Duration = .seconds(30 * 86400),
        events: Duration = .seconds(7 * 86400)
    ) {
        self.calls = calls
        self.events = events
    }
}
