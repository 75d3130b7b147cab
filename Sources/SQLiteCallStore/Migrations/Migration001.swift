extension Migration {
    /// The first schema.
    ///
    /// `key` numbers the calls in the order of their submission, so that what refers to them stays
    /// small and grows at its end. Times are milliseconds since 1970. `stage`, `reason`,
    /// `priority`, `kind` and `callback` are numbers of the API: stage 1 is queued, 7 ended.
    static let migration001 = Migration(
        number: 1,
        sql: """
            PRAGMA application_id = 0x50434C4C;

            CREATE TABLE meta (
                single INTEGER PRIMARY KEY CHECK (single = 1),
                store INTEGER NOT NULL,
                key_check BLOB NOT NULL,
                pruned INTEGER NOT NULL CHECK (pruned >= 0),
                fences INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE calls (
                key INTEGER PRIMARY KEY,
                id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
                caller TEXT NOT NULL,
                to_number INTEGER NOT NULL,
                request_id TEXT,
                profile TEXT,
                priority INTEGER NOT NULL,
                submitted_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                version INTEGER NOT NULL CHECK (version >= 1),
                event_count INTEGER NOT NULL CHECK (event_count >= 0),
                stage INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 7),
                reason INTEGER,
                ready_at INTEGER,
                due_at INTEGER,
                ended_at INTEGER,
                callback INTEGER,
                terms BLOB NOT NULL,
                state BLOB NOT NULL,
                expected BLOB,
                collected BLOB,
                CHECK ((stage = 1) = (ready_at IS NOT NULL)),
                CHECK ((stage = 7) = (ended_at IS NOT NULL)),
                CHECK (stage < 7 OR expected IS NULL)
            ) STRICT;
            CREATE INDEX calls_queue ON calls (stage, priority, caller, ready_at, id)
                WHERE stage = 1;
            CREATE INDEX calls_live ON calls (id, stage) WHERE stage > 1 AND stage < 7;
            CREATE INDEX calls_due ON calls (due_at, id) WHERE due_at IS NOT NULL;
            CREATE INDEX calls_callback ON calls (callback) WHERE callback = 1;
            CREATE INDEX calls_ended ON calls (ended_at) WHERE ended_at IS NOT NULL;
            CREATE INDEX calls_caller ON calls (caller, id);
            CREATE INDEX calls_number ON calls (to_number, id);
            CREATE INDEX calls_request ON calls (request_id, id) WHERE request_id IS NOT NULL;

            CREATE TABLE scripts (
                call INTEGER PRIMARY KEY REFERENCES calls (key) ON DELETE CASCADE,
                sealed BLOB NOT NULL
            ) STRICT;

            CREATE TABLE labels (
                call BLOB NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (call, name, value)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX labels_value ON labels (name, value, call);

            CREATE TABLE requests (
                caller TEXT NOT NULL,
                request_id TEXT NOT NULL,
                call INTEGER NOT NULL UNIQUE REFERENCES calls (key) ON DELETE CASCADE,
                fingerprint BLOB NOT NULL,
                PRIMARY KEY (caller, request_id)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE events (
                position INTEGER PRIMARY KEY AUTOINCREMENT,
                call INTEGER NOT NULL REFERENCES calls (key) ON DELETE RESTRICT,
                number INTEGER NOT NULL CHECK (number >= 1),
                kind INTEGER NOT NULL,
                time INTEGER NOT NULL,
                caller TEXT NOT NULL,
                progress BLOB NOT NULL,
                UNIQUE (call, number)
            ) STRICT;

            CREATE TABLE subscriptions (
                caller TEXT NOT NULL,
                name TEXT NOT NULL,
                acknowledged TEXT NOT NULL,
                handed_out TEXT NOT NULL,
                used_at INTEGER NOT NULL,
                PRIMARY KEY (caller, name)
            ) STRICT, WITHOUT ROWID;
            """
    )
}
