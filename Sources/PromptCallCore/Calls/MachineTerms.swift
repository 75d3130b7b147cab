/// What is done where a machine answers.
package struct MachineTerms: Equatable, Sendable {
    package var action: Action
    package var detection: MachineDetection
    /// How long the message takes to play; zero where none is left.
    package var speech: Duration

    /// The raw values are those of `promptcall.v1.MachineAction`, and are stored.
    package enum Action: Int, CaseIterable, Sendable {
        case hangUp = 2
        /// Wait for the beep, then say the message.
        case leaveMessage = 3
    }

    package init(_ action: Action, detection: MachineDetection, speech: Duration = .zero) {
        self.action = action
        self.detection = detection
        self.speech = speech
    }
}

/// How Nexmo finds out whether a machine answered. The raw values are stored.
package enum MachineDetection: Int, CaseIterable, Sendable {
    /// Free of charge, and deaf to beeps.
    case standard = 1
    case advanced = 2
}
