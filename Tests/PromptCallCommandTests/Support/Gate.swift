/// Something that happens once and can be waited for.
struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (self.stream, self.continuation) = AsyncStream.makeStream()
    }

    func open() {
        self.continuation.finish()
    }

    /// Returns once it is open, or when the task is cancelled.
    func wait() async {
        for await _ in self.stream {}
    }
}
