/// What goes wrong with a request to read what is known of calls.
enum ReadingFault: Equatable, Sendable {
    /// The answer is 404.
    case missing
    /// The answer tells what was known before the latest event.
    case stale
}
