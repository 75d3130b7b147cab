import CallEngine
import EngineTestSupport
import PromptCallCore

/// Stored events for tests of the feed: QUEUED at every position.
struct EventSamples {
    let now = EngineHarness.epoch
    private let record: CallRecord

    init() {
        var orders = OrderMaker()
        self.record = orders.order(at: EngineHarness.epoch).record
    }

    func cursor(_ position: Int64) -> EventCursor {
        EventCursor(store: MemoryStore.name, positions: [position])
    }

    func events(_ positions: ClosedRange<Int>, kind: CallEvent.Kind = .queued) -> [StoredEvent] {
        positions.map { position in
            StoredEvent(
                cursor: self.cursor(Int64(position)),
                event: CallEvent(
                    call: self.record.id,
                    number: 1,
                    kind: kind,
                    time: self.now,
                    progress: self.record.progress
                ),
                record: self.record
            )
        }
    }

    func page(_ positions: ClosedRange<Int>, isLast: Bool = false) -> EventPage {
        EventPage(
            events: self.events(positions),
            cursor: self.cursor(Int64(positions.upperBound)),
            isLast: isLast
        )
    }
}
