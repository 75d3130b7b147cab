internal import PromptCallCore

/// Looks through all of the database, on a thread of its own.
final class StoreInspector {
    private let connection: StoreConnection
    private let check: RecordCheck
    private let interruption: Interruption

    init(connection: StoreConnection, seals: CallSeals, interruption: Interruption) {
        self.connection = connection
        self.check = RecordCheck(seals: seals)
        self.interruption = interruption
    }

    /// Returns what is wrong, as sentences; nothing where the database is sound.
    ///
    /// - Throws: `StoreError` with code `unavailable`, also where it is interrupted.
    func quickCheck() throws(StoreError) -> [String] {
        // It is not needed again before the next start.
        defer { self.connection.discard() }
        do {
            let connection = try self.connection.opened()
            connection.interrupt(by: self.interruption)
            let problems = try connection.problems(limit: RecordCheck.problemsMax)
            // What SQLite finds wrong explains what cannot be read.
            guard problems.isEmpty else { return problems }
            return try self.check.queuedProblems(connection)
        } catch let error as SQLiteError where error.isDamage {
            return ["\(error)"]
        } catch {
            throw StoreError(error, while: "look through the database")
        }
    }
}
