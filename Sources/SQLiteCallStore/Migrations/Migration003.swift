extension Migration {
    /// What the fraud guard keeps.
    ///
    /// `guard_opened_at` is since when its breaker is open, `guard_reset_at` when it was last
    /// reset. `calls_again` finds the queued calls that may have been rung before.
    static let migration003 = Migration(
        number: 3,
        sql: """
            ALTER TABLE meta ADD COLUMN guard_opened_at INTEGER;
            ALTER TABLE meta ADD COLUMN guard_reset_at INTEGER;
            CREATE INDEX calls_again ON calls (key) WHERE stage = 1 AND version > 1;
            """
    )
}
