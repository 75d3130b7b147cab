extension Migration {
    /// Pauses, and copies that know that they are copies.
    ///
    /// `paused` is 1 where an operator paused the daemon, 2 in a copy that nobody has let go on.
    /// `copy_of` is the `store` that a copy was made from; while both are the same the copy has
    /// not been opened.
    static let migration002 = Migration(
        number: 2,
        sql: """
            ALTER TABLE meta ADD COLUMN paused INTEGER CHECK (paused IN (1, 2));
            ALTER TABLE meta ADD COLUMN copy_of INTEGER;
            """
    )
}
