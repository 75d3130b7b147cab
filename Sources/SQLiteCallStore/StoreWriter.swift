internal import CSQLite
internal import CallRecordCoding
internal import Cryptography
internal import PromptCallCore

/// Does everything that changes the database, one transaction at a time, on a thread of its own.
final class StoreWriter {
    private let connection: StoreConnection
    private let seals: CallSeals
    private let store: UInt64
    private let health: StoreHealth
    /// The call that retention has looked at last, in the order in which they ended.
    private var prunedThrough: (endedAt: Int64, key: Int64) = (.min, 0)

    /// How often a step of retention looks for so many calls as it may delete.
    private static let callPagesMax = 4
    /// How long a `request_id` counts at least, from the submission on.
    private static let requestLifetime = Duration.seconds(24 * 60 * 60)

    init(connection: StoreConnection, seals: CallSeals, store: UInt64, health: StoreHealth) {
        self.connection = connection
        self.seals = seals
        self.store = store
        self.health = health
    }

    /// Pages in the write-ahead log behind the last commit.
    var logPages: Int {
        // Without a connection there has been no commit since it was lost.
        (try? self.connection.opened().logPages) ?? 0
    }

    /// Copies the write-ahead log into the database while nothing is being written.
    ///
    /// - Returns: How many pages of the log have been copied; nil where that is not known.
    /// - Throws: ``SQLiteError`` or ``StoreOpenError``.
    func checkpoint() throws -> Int? {
        try self.connection.opened().checkpoint()
    }

    /// Lets the database have so many pages and no more.
    func limitPages(_ pagesMax: Int) throws(StoreError) {
        do {
            try self.connection.limitPages(pagesMax)
        } catch {
            throw StoreError(error, while: "limit its pages")
        }
    }

    /// Makes sure that nothing of an unfinished commit can come back.
    ///
    /// After a failed fsync a commit is not valid, but may become so by the recovery behind a
    /// crash. A later one overwrites it.
    func recover() throws(StoreError) {
        guard !self.health.isSound else { return }
        self.connection.discard()
        do {
            let connection = try self.connection.opened()
            try connection.execute(
                "BEGIN IMMEDIATE; UPDATE meta SET fences = fences + 1; COMMIT",
                purpose: "write behind a failure"
            )
        } catch {
            self.connection.discard()
            throw StoreError(error, while: "recover from a failure of the disk")
        }
        self.health.isSound = true
    }

    // MARK: Batches

    /// Writes a batch; see ``CallStore/commit(_:)``.
    func commit(_ batch: CommitBatch) throws(StoreError) -> CommitAnswer {
        try self.transaction("commit a batch") { connection in
            var answer = CommitAnswer(submissions: [], transitions: [])
            for submission in batch.submissions {
                answer.submissions.append(try self.insert(submission, connection))
            }
            for transition in batch.transitions {
                answer.transitions.append(try self.apply(transition, connection))
            }
            for subscription in batch.subscriptions {
                try self.put(subscription, connection)
            }
            if let guarding = batch.guarding { try self.put(guarding, connection) }
            return answer
        }
    }

    private func insert(
        _ submission: Submission,
        _ connection: SQLiteConnection
    ) throws -> CommitAnswer.Submitted {
        let record = submission.record
        if let earlier = try self.earlier(submission, connection) { return earlier }
        try connection.run(Self.insertCall) { statement in
            statement.bind(record.id.bytes)
            statement.bind(record.caller)
            statement.bind(Int64(clamping: record.terms.to.value))
            statement.bind(record.terms.requestID)
            statement.bind(Self.profile(of: record.terms))
            statement.bind(record.terms.priority.rawValue)
            statement.bind(record.progress.submittedAt.milliseconds)
            statement.bind(record.terms.expiresAt.milliseconds)
            statement.bind(CallRecordCoding.encode(record.terms))
            self.bindState(of: record, to: statement)
        }
        let key = connection.insertedKey
        if record.stage < .ended {
            let sealed = self.seals.sealed(submission.script, of: record.id)
            try connection.run(Self.insertScript) { statement in
                statement.bind(key)
                statement.bind(sealed)
            }
        }
        for label in record.terms.labels {
            try connection.run(Self.insertLabel) { statement in
                statement.bind(record.id.bytes)
                statement.bind(label.name)
                statement.bind(label.value)
            }
        }
        if let requestID = record.terms.requestID {
            try connection.run(Self.putRequest) { statement in
                statement.bind(record.caller)
                statement.bind(requestID)
                statement.bind(key)
                statement.bind(submission.fingerprint)
            }
        }
        let first = try self.insert(submission.events, of: record, key, connection)
        return .inserted(first: try first ?? self.newest(connection))
    }

    /// Looks for a call that the caller submitted under the same `request_id`, and that counts.
    private func earlier(
        _ submission: Submission,
        _ connection: SQLiteConnection
    ) throws -> CommitAnswer.Submitted? {
        guard let requestID = submission.record.terms.requestID else { return nil }
        let now = submission.record.progress.submittedAt
        return try connection.first(Self.selectRequest) { statement in
            statement.bind(submission.record.caller)
            statement.bind(requestID)
        } _: { row -> CommitAnswer.Submitted? in
            guard let id = CallID(bytes: row.bytes(0)) else {
                throw StoreError(.damaged, "The identifier of a call cannot be read.")
            }
            let submittedAt = Timestamp(milliseconds: row.integer(1))
            let hasEnded = row.integer(2) == CallStage.ended.rawValue
            guard !hasEnded || now < submittedAt + Self.requestLifetime else { return nil }
            let isSame = constantTimeEquals(row.bytes(3), submission.fingerprint)
            return .existed(id, sameRequest: isSame)
        } ?? nil
    }

    private func apply(
        _ transition: Transition,
        _ connection: SQLiteConnection
    ) throws -> CommitAnswer.Transitioned {
        let record = transition.record
        let key = try connection.first(Self.selectVersion) { statement in
            statement.bind(record.id.bytes)
            statement.bind(transition.expectedVersion)
        } _: { row in
            row.integer(0)
        }
        guard let key else { return .conflict }
        try connection.run(Self.updateCall) { statement in
            self.bindState(of: record, to: statement)
            statement.bind(key)
        }
        if record.stage == .ended {
            try connection.run(Self.deleteScript) { $0.bind(key) }
        }
        return .applied(first: try self.insert(transition.events, of: record, key, connection))
    }

    /// Binds what transitions change, in the order of the statements.
    private func bindState(of record: CallRecord, to statement: SQLiteStatement) {
        let progress = record.progress
        let hasEnded = record.stage == .ended
        statement.bind(record.version)
        statement.bind(record.eventCount)
        statement.bind(record.stage.rawValue)
        statement.bind(progress.reason.map { Int64($0.rawValue) })
        // One that waits for something else than its turn is queued all the same.
        statement.bind(record.stage == .queued ? record.readyAt?.milliseconds ?? .max : nil)
        statement.bind(record.timers.next?.milliseconds)
        // Retention goes by it, so that an ended call always has one.
        let endedAt = progress.endedAt ?? progress.submittedAt
        statement.bind(hasEnded ? endedAt.milliseconds : nil)
        statement.bind(progress.callback.map { Int64($0.state.rawValue) })
        statement.bind(CallRecordCoding.encode(CallState(of: record)))
        let keepsExpected = !hasEnded && !record.expected.isEmpty
        statement.bind(
            keepsExpected ? self.seals.sealed(expected: record.expected, of: record.id) : nil
        )
        statement.bind(record.collected.map { self.seals.sealed(collected: $0, of: record.id) })
    }

    /// Writes events and returns the position of the first; nil where there are none.
    private func insert(
        _ events: [CallEvent],
        of record: CallRecord,
        _ key: Int64,
        _ connection: SQLiteConnection
    ) throws -> EventCursor? {
        var first: Int64?
        for event in events {
            try connection.run(Self.insertEvent) { statement in
                statement.bind(key)
                statement.bind(event.number)
                statement.bind(event.kind.rawValue)
                statement.bind(event.time.milliseconds)
                statement.bind(record.caller)
                statement.bind(CallRecordCoding.encode(event.progress))
            }
            first = first ?? connection.insertedKey
        }
        return first.map { EventCursor(store: self.store, positions: [$0]) }
    }

    private func put(
        _ subscription: SubscriptionRecord,
        _ connection: SQLiteConnection
    ) throws {
        try connection.run(Self.putSubscription) { statement in
            statement.bind(subscription.key.caller)
            statement.bind(subscription.key.name)
            statement.bind(subscription.acknowledged.description)
            statement.bind(subscription.handedOut.map(\.description).joined(separator: " "))
            statement.bind(subscription.usedAt.milliseconds)
        }
    }

    private func put(_ guarding: GuardRecord, _ connection: SQLiteConnection) throws {
        try connection.run(Self.setGuard) { statement in
            statement.bind(guarding.openedAt?.milliseconds)
            statement.bind(guarding.resetAt?.milliseconds)
        }
    }

    private func newest(_ connection: SQLiteConnection) throws -> EventCursor {
        let range = try EventPositions(connection)
        return EventCursor(store: self.store, positions: [range.newest])
    }

    private static func profile(of terms: CallTerms) -> String? {
        switch terms.credentials {
        case .profile(let name): name
        case .ownCredentials: nil
        }
    }

    // MARK: Pauses

    /// Keeps why nothing is to be placed.
    func setPause(_ cause: PauseCause?) throws(StoreError) {
        try self.transaction("keep a pause") { connection in
            try connection.run(Self.setPaused) { $0.bind(cause.map { Int64($0.rawValue) }) }
        }
    }

    // MARK: Retention

    /// Takes a step of retention; see ``CallStore/prune(_:limit:)``.
    func prune(_ cut: RetentionCut, limit: Int) throws(StoreError) -> PruneCount {
        try self.transaction("delete what is no longer kept") { connection in
            let events = try self.pruneEvents(before: cut.events, limit, connection)
            // A call stays as long as an event of it, and its last one is not older than its end.
            let ended = min(cut.calls, cut.events)
            let calls = try self.pruneCalls(endedBefore: ended, limit, connection)
            return PruneCount(calls: calls, events: events)
        }
    }

    /// Deletes calls that ended first, but for those that a callback or an event keeps.
    ///
    /// It looks at few calls and goes on behind them the next time: while many are kept, looking
    /// for one that is not would stop the commits for seconds.
    private func pruneCalls(
        endedBefore cut: Timestamp,
        _ limit: Int,
        _ connection: SQLiteConnection
    ) throws -> Int {
        var deleted = 0
        for _ in 0..<Self.callPagesMax where deleted < limit {
            let wanted = limit - deleted
            let ended = try connection.rows(Self.selectEnded) { statement in
                statement.bind(self.prunedThrough.endedAt)
                statement.bind(self.prunedThrough.key)
                statement.bind(cut.milliseconds)
                statement.bind(wanted)
            } _: { row in
                (endedAt: row.integer(0), key: row.integer(1))
            }
            for call in ended {
                try connection.run(Self.deleteCall) { $0.bind(call.key) }
                deleted += connection.changes
            }
            guard ended.count == wanted, let last = ended.last else {
                // That was the last; the next step begins with the oldest again.
                self.prunedThrough = (.min, 0)
                break
            }
            self.prunedThrough = last
        }
        return deleted
    }

    /// Deletes the oldest events up to the first that is kept, so that no gap comes to be.
    private func pruneEvents(
        before cut: Timestamp,
        _ limit: Int,
        _ connection: SQLiteConnection
    ) throws -> Int {
        let range = try EventPositions(connection)
        let oldest = try connection.rows(Self.selectOldestEvents) { statement in
            statement.bind(range.pruned)
            statement.bind(range.newest)
            statement.bind(limit)
        } _: { row in
            (position: row.integer(0), time: row.integer(1))
        }
        let pruned = oldest.prefix { $0.time < cut.milliseconds }
        guard let last = pruned.last else { return 0 }
        try connection.run(Self.deleteEvents) { $0.bind(last.position) }
        try connection.run(Self.setPruned) { $0.bind(last.position) }
        return pruned.count
    }

    // MARK: Transactions

    private func transaction<Value>(
        _ purpose: String,
        _ body: (SQLiteConnection) throws -> Value
    ) throws(StoreError) -> Value {
        try self.recover()
        let connection: SQLiteConnection
        let value: Value
        do {
            connection = try self.connection.opened()
        } catch {
            throw StoreError(error, while: purpose)
        }
        do {
            try connection.run(Self.begin)
            value = try body(connection)
        } catch {
            self.rollBack(connection, error)
            throw StoreError(error, while: purpose)
        }
        do {
            try connection.run(Self.end)
        } catch {
            self.rollBack(connection, error)
            guard error.primary == SQLITE_IOERR else { throw StoreError(error, while: purpose) }
            // At once, so that what is read back stays true. If it fails, reading back does too.
            self.health.isSound = false
            try? self.recover()
            throw StoreError(
                .unknownFate,
                "It is not known whether the store could \(purpose).",
                cause: error
            )
        }
        return value
    }

    private func rollBack(_ connection: SQLiteConnection, _ error: any Error) {
        var isUsable = !((error as? SQLiteError)?.isFailureOfFiles ?? false)
        if !connection.isIdle {
            do {
                try connection.run(Self.undo)
            } catch {
                isUsable = false
            }
        }
        if !isUsable { self.connection.discard() }
    }
}

// The statements.
extension StoreWriter {
    private static let begin = SQLQuery("begin a transaction", "BEGIN IMMEDIATE")
    private static let end = SQLQuery("commit a transaction", "COMMIT")
    private static let undo = SQLQuery("roll a transaction back", "ROLLBACK")

    private static let insertCall = SQLQuery(
        "insert a call",
        """
        INSERT INTO calls (
            id, caller, to_number, request_id, profile, priority, submitted_at, expires_at, terms,
            version, event_count, stage, reason, ready_at, due_at, ended_at, callback, state,
            expected, collected
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    )

    private static let updateCall = SQLQuery(
        "update a call",
        """
        UPDATE calls SET
            version = ?, event_count = ?, stage = ?, reason = ?, ready_at = ?, due_at = ?,
            ended_at = ?, callback = ?, state = ?, expected = ?, collected = ?
        WHERE key = ?
        """
    )

    /// A step of its own: RETURNING would make a table in memory for each row.
    private static let selectVersion = SQLQuery(
        "look for a version of a call",
        "SELECT key FROM calls WHERE id = ? AND version = ?"
    )

    private static let insertScript = SQLQuery(
        "insert a script",
        "INSERT INTO scripts (call, sealed) VALUES (?, ?)"
    )

    private static let deleteScript = SQLQuery(
        "erase a script",
        "DELETE FROM scripts WHERE call = ?"
    )

    private static let insertLabel = SQLQuery(
        "insert a label",
        "INSERT INTO labels (call, name, value) VALUES (?, ?, ?)"
    )

    private static let selectRequest = SQLQuery(
        "look for a request",
        """
        SELECT c.id, c.submitted_at, c.stage, r.fingerprint
        FROM requests AS r JOIN calls AS c ON c.key = r.call
        WHERE r.caller = ? AND r.request_id = ?
        """
    )

    private static let putRequest = SQLQuery(
        "insert a request",
        """
        INSERT INTO requests (caller, request_id, call, fingerprint) VALUES (?, ?, ?, ?)
        ON CONFLICT (caller, request_id)
        DO UPDATE SET call = excluded.call, fingerprint = excluded.fingerprint
        """
    )

    private static let insertEvent = SQLQuery(
        "insert an event",
        """
        INSERT INTO events (call, number, kind, time, caller, progress) VALUES (?, ?, ?, ?, ?, ?)
        """
    )

    private static let putSubscription = SQLQuery(
        "write a subscription",
        """
        INSERT INTO subscriptions (caller, name, acknowledged, handed_out, used_at)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (caller, name) DO UPDATE SET
            acknowledged = excluded.acknowledged,
            handed_out = excluded.handed_out,
            used_at = excluded.used_at
        """
    )

    private static let selectOldestEvents = SQLQuery(
        "look for events to delete",
        """
        SELECT position, time FROM events WHERE position > ? AND position < ?
        ORDER BY position LIMIT ?
        """
    )

    private static let deleteEvents = SQLQuery(
        "delete events",
        "DELETE FROM events WHERE position <= ?"
    )

    private static let setPruned = SQLQuery(
        "note which events were deleted",
        "UPDATE meta SET pruned = ?"
    )

    private static let setPaused = SQLQuery("keep a pause", "UPDATE meta SET paused = ?")

    private static let setGuard = SQLQuery(
        "keep what the guard must know",
        "UPDATE meta SET guard_opened_at = ?, guard_reset_at = ?"
    )

    private static let selectEnded = SQLQuery(
        "look for calls to delete",
        """
        SELECT ended_at, key FROM calls INDEXED BY calls_ended
        WHERE ended_at IS NOT NULL AND (ended_at, key) > (?, ?) AND ended_at < ?
        ORDER BY ended_at, key LIMIT ?
        """
    )

    private static let deleteCall = SQLQuery(
        "delete a call",
        """
        DELETE FROM calls WHERE key = ? AND callback IS NOT 1
            AND NOT EXISTS (SELECT 1 FROM events WHERE call = calls.key)
        """
    )
}
