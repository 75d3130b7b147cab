/// Where the `timeOut` of an input behind interruptible speech starts, which is unconfirmed
/// (reference, section 4.5).
package enum BargeInTimer: String, CaseIterable, Sendable {
    /// When the speech has ended.
    case promptEnd = "prompt-end"
    /// When the speech begins, so that an input can be over before it was asked for.
    case promptStart = "prompt-start"
}
