import NexmoSimulator

/// A clock that moves when told.
struct ManualClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: self.offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - self.offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Watched(Instant(offset: .zero))

    var now: Instant { self.state.value }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await self.state.wait { $0 >= deadline }
    }

    func advance(by duration: Duration) {
        self.state.update { $0 = $0.advanced(by: duration) }
    }
}
