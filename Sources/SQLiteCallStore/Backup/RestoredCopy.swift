internal import PromptCallCore

/// Makes a store of its own of a copy that is opened for the first time.
///
/// The original went on and gave positions that the copy will give to other events. So the copy
/// gets another name, and cursors from before it are told to be of another store. What durable
/// subscriptions had acknowledged is in the copy itself, and stays true under the new name.
struct RestoredCopy {
    let original: UInt64
    let name: UInt64

    /// - Throws: ``SQLiteError``, or `StoreError` with code `damaged`.
    func rename(_ connection: SQLiteConnection) throws {
        try connection.transaction { connection in
            let subscriptions = try connection.rows(Self.select) { row in
                (caller: row.text(0), name: row.text(1), cursors: (row.text(2), row.text(3)))
            }
            for (caller, name, (acknowledged, handedOut)) in subscriptions {
                try connection.run(Self.update) { statement in
                    statement.bind(self.renamed(acknowledged))
                    statement.bind(self.renamed(handedOut))
                    statement.bind(caller)
                    statement.bind(name)
                }
            }
            try connection.run(Self.setStore) { $0.bind(Int64(bitPattern: self.name)) }
        }
    }

    /// The same positions under the new name; what is no cursor of the original stays.
    private func renamed(_ cursors: String) -> String {
        cursors.split(separator: " ").map { text in
            guard var cursor = EventCursor(text), cursor.store == self.original else {
                return String(text)
            }
            cursor.store = self.name
            return cursor.description
        }.joined(separator: " ")
    }

    private static let select = SQLQuery(
        "read the subscriptions of a copy",
        "SELECT caller, name, acknowledged, handed_out FROM subscriptions"
    )

    private static let update = SQLQuery(
        "rename a subscription's cursors",
        "UPDATE subscriptions SET acknowledged = ?, handed_out = ? WHERE caller = ? AND name = ?"
    )

    private static let setStore = SQLQuery("name a copy", "UPDATE meta SET store = ?")
}
