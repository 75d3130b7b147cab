internal import CallEngine
internal import PromptCallCore

/// Hours that come again every so often, and are over before that.
struct SimulatedHours: CallingHours {
    let period: Duration
    let length: Duration

    func opening(at moment: Timestamp) -> Timestamp? {
        let period = self.period.wholeMilliseconds
        let since = (moment.milliseconds % period + period) % period
        return since < self.length.wholeMilliseconds
            ? nil : moment + .milliseconds(period - since)
    }
}
