/// When a callee begins to press keys, and how fast.
package struct KeyTiming: Equatable, Sendable {
    /// What the wait before the first key is counted from.
    package enum Start: Equatable, Sendable {
        /// The beginning of the speech before the input: keys that cut it short.
        case promptBegan
        /// The end of that speech.
        case promptEnded
        /// The end of the input for want of keys: these keys come too late for it.
        case timedOut
    }

    package var start: Start
    /// Until the first key is pressed.
    package var after: Duration
    /// From one key to the next.
    package var between: Duration

    package init(
        _ start: Start,
        after: Duration,
        between: Duration = LegMachine.keyPress
    ) {
        self.start = start
        self.after = after
        self.between = between
    }
}
