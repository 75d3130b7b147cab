/// How Nexmo finds out whether a machine answered (key `machine-detection` of a profile).
package enum MachineDetectionSetting: String, CaseIterable, Sendable {
    /// Free of charge, and deaf to beeps.
    case standard
    /// Charged per use.
    case advanced
}
