package import PromptCallCore

/// When calls of a profile may be placed; URGENT ones may at any time.
package protocol CallingHours: Sendable {
    /// When they next begin, by the wall clock; nil where a moment lies within them.
    func opening(at moment: Timestamp) -> Timestamp?
}
