/// How a commit of a ``MemoryStore`` fails.
package enum StoreFault: Equatable, Sendable {
    /// Nothing is written, and that is said.
    case unavailable
    /// The batch is or is not written, and which of the two is not said.
    case unknownFate(written: Bool)
    /// Nothing is written, for the database is damaged.
    case damaged
}
