/// Which events there are.
struct EventPositions {
    /// Up to and with this, they were deleted.
    let pruned: Int64
    /// Of the newest; ``pruned`` where there is none.
    let newest: Int64

    private static let query = SQLQuery(
        "look which events there are",
        "SELECT pruned, coalesce((SELECT max(position) FROM events), pruned) FROM meta"
    )

    /// Reads them.
    ///
    /// - Throws: ``SQLiteError``.
    init(_ connection: SQLiteConnection) throws {
        let range = try connection.first(Self.query) { row in (row.integer(0), row.integer(1)) }
        (self.pruned, self.newest) = range ?? (0, 0)
    }
}
