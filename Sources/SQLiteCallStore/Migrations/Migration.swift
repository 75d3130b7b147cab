/// A step from one version of the schema to the next.
///
/// Once released a step never changes, and it names nothing of the code, which does.
struct Migration: Sendable {
    /// The version it leads to: 1, 2, …
    let number: Int
    let sql: String

    /// All steps, in order.
    static let all = [migration001, migration002, migration003]

    /// The version that this code reads and writes.
    static var newest: Int { self.all.last?.number ?? 0 }
}
