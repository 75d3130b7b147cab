package import PromptCallCore

/// How long a call of an account and a priority waits that is submitted now, as the queue stands.
package struct ExpectedWait: Equatable, Sendable {
    package var account: String
    package var priority: CallPriority
    /// Calls that wait for nothing but their turn.
    package var queued: Int
    package var wait: Duration

    package init(account: String, priority: CallPriority, queued: Int, wait: Duration) {
        self.account = account
        self.priority = priority
        self.queued = queued
        self.wait = wait
    }
}
