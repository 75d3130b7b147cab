/// Why nothing is to be placed, kept in the store from one start to the next.
///
/// The raw values are stored.
package enum PauseCause: Int, Sendable {
    /// Somebody asked for it.
    case `operator` = 1
    /// The store is a copy: calls that it knows as queued may have been rung since it was made.
    case restoredCopy = 2
}
