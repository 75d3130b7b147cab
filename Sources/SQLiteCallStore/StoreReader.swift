internal import CallRecordCoding
internal import PromptCallCore

/// Reads the database on a thread of its own, beside the writer.
final class StoreReader {
    private let connection: StoreConnection
    private let row: CallRow
    private let seals: CallSeals
    private let store: UInt64

    /// Most events looked at for a page, matching or not.
    private static let eventsScannedMax: Int64 = 5000

    init(connection: StoreConnection, seals: CallSeals, store: UInt64) {
        self.connection = connection
        self.row = CallRow(seals: seals)
        self.seals = seals
        self.store = store
    }

    // MARK: Calls

    func load(_ ids: [CallID]) throws(StoreError) -> [CallRecord?] {
        try self.snapshot("read calls") { connection in
            try ids.map { try self.load($0, connection) }
        }
    }

    func script(of id: CallID) throws(StoreError) -> CallScript? {
        try self.snapshot("read a script") { connection in
            try connection.first(Self.selectScript) { statement in
                statement.bind(id.bytes)
            } _: { row in
                do {
                    return try self.seals.script(row.bytes(0), of: id)
                } catch {
                    throw StoreError(
                        .damaged,
                        "The script of call \(id) cannot be read.",
                        cause: error
                    )
                }
            }
        }
    }

    func list(_ page: ListPage) throws(StoreError) -> [CallRecord] {
        try self.snapshot("list calls") { connection in
            guard page.filter.ids.isEmpty else { return try self.listIDs(page, connection) }
            let list = ListQuery(page)
            return try connection.rows(list.query) { statement in
                for value in list.values {
                    statement.bind(value)
                }
            } _: { row in
                try self.row.record(row)
            }
        }
    }

    /// Reads the calls of a filter that names them.
    private func listIDs(
        _ page: ListPage,
        _ connection: SQLiteConnection
    ) throws -> [CallRecord] {
        var records: [CallRecord] = []
        for id in Set(page.filter.ids).sorted(by: >) where records.count < page.limit {
            if let after = page.after, id >= after { continue }
            guard let record = try self.load(id, connection),
                page.filter.matches(record, at: record.progress)
            else { continue }
            records.append(record)
        }
        return records
    }

    private func load(_ id: CallID, _ connection: SQLiteConnection) throws -> CallRecord? {
        try connection.first(Self.selectCall) { statement in
            statement.bind(id.bytes)
        } _: { row in
            try self.row.record(row)
        }
    }

    // MARK: Work

    func claimQueued(_ claim: QueueClaim) throws(StoreError) -> [QueuedCall] {
        try self.snapshot("look for queued calls") { connection in
            try connection.rows(Self.selectQueued) { statement in
                statement.bind(claim.lane.priority.rawValue)
                statement.bind(claim.lane.caller)
                statement.bind(claim.now.milliseconds)
                statement.bind(claim.after?.readyAt.milliseconds ?? .min)
                statement.bind(claim.after?.id.bytes ?? [])
                statement.bind(claim.limit)
            } _: { row in
                QueuedCall(
                    id: try self.row.id(row, 0),
                    to: try Self.number(row, 1),
                    credentials: row.optionalText(2),
                    readyAt: Timestamp(milliseconds: row.integer(3)),
                    expiresAt: Timestamp(milliseconds: row.integer(4))
                )
            }
        }
    }

    func claimDue(_ claim: DueClaim) throws(StoreError) -> [DueCall] {
        try self.snapshot("look for timers") { connection in
            try connection.rows(Self.selectDue) { statement in
                statement.bind(claim.through.milliseconds)
                statement.bind(claim.after?.at.milliseconds ?? .min)
                statement.bind(claim.after?.id.bytes ?? [])
                statement.bind(claim.limit)
            } _: { row in
                DueCall(
                    at: Timestamp(milliseconds: row.integer(0)),
                    id: try self.row.id(row, 1)
                )
            }
        }
    }

    func claimLive(after: CallID?, limit: Int) throws(StoreError) -> [CallRecord] {
        try self.snapshot("look for live calls") { connection in
            try connection.rows(Self.selectLive) { statement in
                statement.bind(after?.bytes ?? [])
                statement.bind(limit)
            } _: { row in
                try self.row.record(row)
            }
        }
    }

    /// Steps from lane to lane, so that it takes no longer where many calls wait.
    func lanes() throws(StoreError) -> [QueueLane] {
        try self.snapshot("look for callers with queued calls") { connection in
            var lanes: [QueueLane] = []
            for priority in CallPriority.allCases {
                // No caller has the empty name.
                var caller = ""
                while let next = try self.caller(after: caller, priority, connection) {
                    lanes.append(QueueLane(priority: priority, caller: next))
                    caller = next
                }
            }
            return lanes.sorted()
        }
    }

    private func caller(
        after caller: String,
        _ priority: CallPriority,
        _ connection: SQLiteConnection
    ) throws -> String? {
        try connection.first(Self.selectNextLane) { statement in
            statement.bind(priority.rawValue)
            statement.bind(caller)
        } _: { row in
            row.text(0)
        }
    }

    func counts() throws(StoreError) -> StoreCounts {
        try self.snapshot("count calls") { connection in
            var counts = StoreCounts()
            let lanes = try connection.rows(Self.countQueued) { row in
                (row.text(0), Int(row.integer(1)), Timestamp(milliseconds: row.integer(2)))
            }
            for (caller, count, readyAt) in lanes {
                counts.stages[.queued, default: 0] += count
                counts.queued[caller, default: 0] += count
                counts.oldestQueued = min(counts.oldestQueued ?? readyAt, readyAt)
            }
            let live = try connection.rows(Self.countLive) { row in
                (CallStage(rawValue: Int(row.integer(0))), Int(row.integer(1)))
            }
            for (stage, count) in live {
                guard let stage else { throw StoreError(.damaged, "A stage cannot be read.") }
                counts.stages[stage] = count
            }
            counts.ready = try connection.rows(Self.countReady) { row in
                guard let priority = CallPriority(rawValue: Int(row.integer(0))) else {
                    throw StoreError(.damaged, "The priority of a queued call cannot be read.")
                }
                return ReadyCount(
                    lane: QueueLane(priority: priority, caller: row.text(1)),
                    credentials: row.optionalText(2),
                    calls: Int(row.integer(3))
                )
            }
            counts.callbacksWaiting =
                try connection.first(Self.countCallbacks) { Int($0.integer(0)) } ?? 0
            counts.isEmpty = try connection.first(Self.selectAny) { _ in false } ?? true
            return counts
        }
    }

    func guardHistory(_ query: GuardQuery) throws(StoreError) -> GuardHistory {
        try self.snapshot("read what the guard must know") { connection in
            let record = try connection.first(Self.selectGuard) { row in
                GuardRecord(
                    openedAt: row.optionalInteger(0).map { Timestamp(milliseconds: $0) },
                    resetAt: row.optionalInteger(1).map { Timestamp(milliseconds: $0) }
                )
            }
            let first = CallID(time: query.submittedSince, random: (0, 0))
            let orders = try connection.rows(Self.selectSubmitted) { statement in
                statement.bind(first.bytes)
                statement.bind(query.limit)
            } _: { row in
                GuardHistory.Order(
                    to: try Self.number(row, 0),
                    at: Timestamp(milliseconds: row.integer(1))
                )
            }
            let ended = try connection.rows(Self.selectRung) { statement in
                statement.bind(query.rungSince.milliseconds)
                statement.bind(query.limit)
            } _: { row in
                try Self.rung(row)
            }
            let again = try connection.rows(Self.selectAgain) { statement in
                statement.bind(query.limit)
            } _: { row in
                try Self.rung(row)
            }
            let rung = (ended + again).filter { !$0.legs.isEmpty }
            return GuardHistory(record: record ?? GuardRecord(), orders: orders, rung: rung)
        }
    }

    private static func rung(_ row: SQLiteStatement) throws -> GuardHistory.Rung {
        let to = try self.number(row, 0)
        do {
            let state = try CallRecordCoding.state(row.bytes(1))
            return GuardHistory.Rung(to: to, legs: state.progress.legs)
        } catch {
            throw StoreError(.damaged, "The legs of a call cannot be read.", cause: error)
        }
    }

    private static func number(_ row: SQLiteStatement, _ column: Int32) throws -> PhoneNumber {
        guard let number = PhoneNumber(value: UInt64(clamping: row.integer(column))) else {
            throw StoreError(.damaged, "The number of a call cannot be read.")
        }
        return number
    }

    func pauseCause() throws(StoreError) -> PauseCause? {
        try self.snapshot("read whether there is a pause") { connection in
            let stored = try connection.first(Self.selectPaused) { $0.optionalInteger(0) } ?? nil
            guard let stored else { return nil }
            guard let cause = PauseCause(rawValue: Int(stored)) else {
                throw StoreError(.damaged, "The cause of a pause cannot be read.")
            }
            return cause
        }
    }

    // MARK: Events

    func events(
        after cursor: EventCursor,
        matching filter: EventFilter,
        limit: Int
    ) throws(StoreError) -> EventPage {
        try self.snapshot("read events") { connection in
            let range = try EventPositions(connection)
            guard cursor.store == self.store, cursor.positions.count == 1,
                let start = cursor.positions.first, start <= range.newest
            else { throw StoreError(.cursorForeign, "The cursor is not of this store.") }
            guard start >= range.pruned else {
                throw StoreError(.cursorExpired, "Events behind the cursor were deleted.")
            }
            let end = min(start + Self.eventsScannedMax, range.newest)
            let events = try self.events(start, end, filter, limit, connection)
            let reached = events.count < limit ? end : events.last?.cursor.positions.first ?? start
            return EventPage(
                events: events,
                cursor: self.cursor(reached),
                isLast: reached == range.newest
            )
        }
    }

    func eventRange() throws(StoreError) -> EventRange {
        try self.snapshot("read which events there are") { connection in
            let range = try EventPositions(connection)
            return EventRange(
                oldest: self.cursor(range.pruned),
                newest: self.cursor(range.newest)
            )
        }
    }

    func subscription(_ key: SubscriptionKey) throws(StoreError) -> SubscriptionRecord? {
        try self.snapshot("read a subscription") { connection in
            try connection.first(Self.selectSubscription) { statement in
                statement.bind(key.caller)
                statement.bind(key.name)
            } _: { row in
                let handedOut = row.text(1).split(separator: " ").map { EventCursor($0) }
                guard let acknowledged = EventCursor(row.text(0)), !handedOut.contains(nil) else {
                    throw StoreError(.damaged, "A subscription cannot be read.")
                }
                return SubscriptionRecord(
                    key: key,
                    acknowledged: acknowledged,
                    handedOut: handedOut.compactMap(\.self),
                    usedAt: Timestamp(milliseconds: row.integer(2))
                )
            }
        }
    }

    /// Reads the matching events behind `start`, up to `end`.
    private func events(
        _ start: Int64,
        _ end: Int64,
        _ filter: EventFilter,
        _ limit: Int,
        _ connection: SQLiteConnection
    ) throws -> [StoredEvent] {
        let kinds = Set(filter.kinds.map(\.rawValue)).sorted().map(String.init)
        let statement = try connection.statement(
            SQLQuery(
                "read events",
                """
                SELECT \(CallRow.columns), e.position, e.number, e.kind, e.time, e.progress
                FROM events AS e CROSS JOIN calls AS c ON c.key = e.call
                WHERE e.position > ? AND e.position <= ?
                    AND e.kind IN (\(kinds.joined(separator: ", ")))
                    \(filter.calls.caller == nil ? "" : "AND e.caller = ?")
                ORDER BY e.position
                """
            )
        )
        defer { statement.reset() }
        statement.bind(start)
        statement.bind(end)
        if let caller = filter.calls.caller { statement.bind(caller) }
        var events: [StoredEvent] = []
        while events.count < limit, try statement.step() {
            let stored = try self.event(statement)
            if filter.matches(stored.event, of: stored.record) { events.append(stored) }
        }
        return events
    }

    private func event(_ row: SQLiteStatement) throws -> StoredEvent {
        let record = try self.row.record(row)
        let column = CallRow.columnCount
        guard let kind = CallEvent.Kind(rawValue: Int(row.integer(column + 2))) else {
            throw StoreError(.damaged, "The kind of an event of \(record.id) cannot be read.")
        }
        let event = CallEvent(
            call: record.id,
            number: Int(row.integer(column + 1)),
            kind: kind,
            time: Timestamp(milliseconds: row.integer(column + 3)),
            progress: try CallRecordCoding.progress(row.bytes(column + 4))
        )
        return StoredEvent(
            cursor: self.cursor(row.integer(column)),
            event: event,
            record: record
        )
    }

    private func cursor(_ position: Int64) -> EventCursor {
        EventCursor(store: self.store, positions: [position])
    }

    // MARK: Transactions

    /// Reads from one state of the database.
    private func snapshot<Value>(
        _ purpose: String,
        _ body: (SQLiteConnection) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            let connection = try self.connection.opened()
            try connection.run(Self.begin)
            // Where it fails the connection goes, and with it the snapshot.
            defer { self.end(connection) }
            return try body(connection)
        } catch {
            if let error = error as? SQLiteError, error.isFailureOfFiles {
                self.connection.discard()
            }
            throw StoreError(error, while: purpose)
        }
    }

    private func end(_ connection: SQLiteConnection) {
        do {
            try connection.run(Self.end)
        } catch {
            self.connection.discard()
        }
    }
}

// The statements.
extension StoreReader {
    private static let begin = SQLQuery("begin to read", "BEGIN")
    private static let end = SQLQuery("end reading", "COMMIT")

    private static let selectCall = SQLQuery(
        "read a call",
        "SELECT \(CallRow.columns) FROM calls AS c WHERE c.id = ?"
    )

    private static let selectScript = SQLQuery(
        "read a script",
        """
        SELECT s.sealed FROM calls AS c JOIN scripts AS s ON s.call = c.key WHERE c.id = ?
        """
    )

    private static let selectQueued = SQLQuery(
        "look for queued calls",
        """
        SELECT id, to_number, profile, ready_at, expires_at FROM calls INDEXED BY calls_queue
        WHERE stage = 1 AND priority = ? AND caller = ? AND ready_at <= ?
            AND (ready_at, id) > (?, ?)
        ORDER BY ready_at, id LIMIT ?
        """
    )

    private static let selectNextLane = SQLQuery(
        "look for a caller with queued calls",
        """
        SELECT caller FROM calls INDEXED BY calls_queue
        WHERE stage = 1 AND priority = ? AND caller > ? ORDER BY caller LIMIT 1
        """
    )

    private static let selectDue = SQLQuery(
        "look for timers",
        """
        SELECT due_at, id FROM calls INDEXED BY calls_due
        WHERE due_at IS NOT NULL AND due_at <= ? AND (due_at, id) > (?, ?)
        ORDER BY due_at, id LIMIT ?
        """
    )

    private static let selectLive = SQLQuery(
        "look for live calls",
        """
        SELECT \(CallRow.columns) FROM calls AS c INDEXED BY calls_live
        WHERE c.stage > 1 AND c.stage < 7 AND c.id > ? ORDER BY c.id LIMIT ?
        """
    )

    private static let countQueued = SQLQuery(
        "count queued calls",
        """
        SELECT caller, count(*), min(ready_at) FROM calls INDEXED BY calls_queue
        WHERE stage = 1 GROUP BY priority, caller
        """
    )

    /// What a timer brings into the queue counts when that fires. It looks at no more rows than
    /// make a wait that is long in any case, so that a start takes no longer for a longer queue.
    private static let countReady = SQLQuery(
        "count calls that wait for their turn",
        """
        SELECT priority, caller, profile, count(*) FROM (
            SELECT c.priority, c.caller, c.profile, c.due_at, c.ready_at
            FROM calls AS c INDEXED BY calls_queue
            WHERE c.stage = 1 ORDER BY c.priority LIMIT 200000
        )
        WHERE ready_at < 9223372036854775807
            AND (due_at IS NULL OR due_at <> ready_at)
        GROUP BY priority, caller, profile
        """
    )

    private static let countLive = SQLQuery(
        "count live calls",
        """
        SELECT stage, count(*) FROM calls INDEXED BY calls_live
        WHERE stage > 1 AND stage < 7 GROUP BY stage
        """
    )

    private static let countCallbacks = SQLQuery(
        "count callbacks",
        "SELECT count(*) FROM calls INDEXED BY calls_callback WHERE callback = 1"
    )

    private static let selectAny = SQLQuery("look for any call", "SELECT 1 FROM calls LIMIT 1")

    private static let selectGuard = SQLQuery(
        "read what the guard kept",
        "SELECT guard_opened_at, guard_reset_at FROM meta"
    )

    /// Identifiers begin with the time of submission.
    private static let selectSubmitted = SQLQuery(
        "look for calls submitted of late",
        "SELECT to_number, submitted_at FROM calls WHERE id >= ? ORDER BY id DESC LIMIT ?"
    )

    private static let selectRung = SQLQuery(
        "look for calls that ended of late",
        """
        SELECT to_number, state FROM calls INDEXED BY calls_ended
        WHERE ended_at IS NOT NULL AND ended_at >= ? ORDER BY ended_at DESC LIMIT ?
        """
    )

    private static let selectAgain = SQLQuery(
        "look for queued calls that were rung",
        """
        SELECT to_number, state FROM calls INDEXED BY calls_again
        WHERE stage = 1 AND version > 1 LIMIT ?
        """
    )

    private static let selectPaused = SQLQuery(
        "read whether there is a pause",
        "SELECT paused FROM meta"
    )

    private static let selectSubscription = SQLQuery(
        "read a subscription",
        """
        SELECT acknowledged, handed_out, used_at FROM subscriptions WHERE caller = ? AND name = ?
        """
    )
}
