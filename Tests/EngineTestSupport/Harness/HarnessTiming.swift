/// How long things take in a harness; each is drawn from a range.
package struct HarnessTiming: Sendable {
    /// From an operation to its effect on the store.
    package var store: ClosedRange<Duration> = .milliseconds(1)...(.milliseconds(2))
    /// From the effect to word of it.
    package var storeAnswer: ClosedRange<Duration> = .milliseconds(1)...(.milliseconds(2))
    /// From a request to Nexmo or a receiver to its first byte there.
    package var request: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(40))
    /// From there to the answer.
    package var requestAnswer: ClosedRange<Duration> = .milliseconds(60)...(.milliseconds(90))
    /// From Nexmo to the daemon.
    package var webhook: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(40))

    /// Of a hundred webhooks, how many are lost on their way.
    package var webhooksLostPercent = 0

    /// How often a webhook is sent again, and after how long.
    package var webhookRepeatsMax = 5
    package var webhookRepeat = Duration.seconds(2)

    package init() {}
}
