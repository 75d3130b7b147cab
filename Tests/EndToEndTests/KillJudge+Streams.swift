import NexmoSimulator
import PromptCallAPI

// What subscribers got is what is stored.
extension KillJudge {
    mutating func judgeStreams() {
        for subscriber in self.evidence.subscribers {
            let name = "subscriber \(subscriber.number)"
            let stored = self.stored(for: subscriber)
            switch subscriber.memory {
            case .own:
                let seen = subscriber.trace.value.streams.flatMap(\.seen)
                self.expect(
                    seen == stored,
                    "\(name) got \(seen.count) of \(stored.count) events, "
                        + "as stored up to \(zip(seen, stored).prefix { $0 == $1 }.count)"
                )
            case .named:
                self.judgeNamed(subscriber.trace.value, stored, name)
            }
        }
    }

    /// What of the history a subscriber wants.
    private func stored(for subscriber: KillSubscriber) -> [KillTrace.Seen] {
        let wanted = subscriber.kinds.isEmpty ? [.ended] : subscriber.kinds
        return self.evidence.history.filter { wanted.contains($0.kind) }.map { event in
            KillTrace.Seen(
                cursor: event.cursor,
                tid: event.call.tid,
                number: event.number,
                kind: event.kind
            )
        }
    }

    /// A named subscription has no gap and keeps the order; it repeats what was not acknowledged,
    /// and after a kill what was acknowledged too late to be stored.
    private mutating func judgeNamed(
        _ trace: KillTrace,
        _ stored: [KillTrace.Seen],
        _ name: String
    ) {
        var places: [KillTrace.Seen: Int] = [:]
        for (place, seen) in stored.enumerated() { places[seen] = place }
        // Places behind what came, what came last, what was acknowledged, and what surely was
        // stored of that.
        var (reached, end, acknowledged, floor) = (0, 0, 0, 0)
        var before: KillTrace.Stream?
        for (number, stream) in trace.streams.enumerated() {
            // None was killed from before the one stream until the other had begun.
            let isSameDaemon =
                before?.isFinished == true && before?.killsBefore != nil
                && before?.killsBefore == stream.killsAtFirst
            // The one before was cut off, so another daemon read from the store where to begin.
            let isFirstOfDaemon = before?.isFinished != true
            before = stream
            let came = stream.seen.map { places[$0] ?? -1 }
            guard let first = came.first else { continue }
            let text = "\(name), stream \(number)"
            self.expect(came == Array(first..<first + came.count), "\(text) has gaps or disorder")
            self.expect(first <= acknowledged, "\(text) skips what was not acknowledged")
            self.expect(first >= floor, "\(text) falls behind what was stored")
            if isSameDaemon {
                self.expect(
                    first == acknowledged,
                    "\(text) begins at \(first), acknowledged were \(acknowledged)"
                )
            }
            for (place, delivery) in zip(came, stream.deliveries) {
                self.expect(delivery >= 1, "\(text): delivery \(delivery)")
                self.expect(delivery <= number + 1, "\(text): delivery \(delivery)")
                // What a daemon handed out last may not have been stored when it was killed.
                let isRepeat = place < end && isSameDaemon
                self.expect(!isRepeat || delivery > 1, "\(text): a repeat is not marked")
            }
            if isFirstOfDaemon { floor = first }
            // Where it began is what its daemon knew: a kill may have lost what was sent later.
            acknowledged = first + stream.acknowledged
            end = first + came.count
            reached = max(reached, end)
        }
        self.expect(reached == stored.count, "\(name) got \(reached) of \(stored.count) events")
    }
}
