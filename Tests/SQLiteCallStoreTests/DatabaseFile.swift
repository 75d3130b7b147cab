import Foundation
import Testing

@testable import SQLiteCallStore

/// A closed file of a store, to be damaged.
struct DatabaseFile {
    let path: String

    /// Its length in bytes.
    var count: Int {
        get throws { try self.content().count }
    }

    /// Flips bits of one byte.
    func flip(_ offset: Int, bits: UInt8) throws {
        var content = try self.content()
        content[offset] ^= bits
        try self.write(content)
    }

    /// Replaces a text, which is there once, by another of the same length.
    func replace(_ before: String, by after: String) throws {
        var content = try self.content()
        let range = try #require(content.range(of: Data(before.utf8)))
        content.replaceSubrange(range, with: Data(after.utf8))
        try self.write(content)
    }

    func truncate(_ length: Int) throws {
        try self.write(try self.content().prefix(length))
    }

    /// Changes the database by a statement.
    func execute(_ statement: String) throws {
        try SQLiteConnection(path: self.path).execute(statement, purpose: "damage a database")
    }

    /// The first page of a table or an index, from 1 on.
    func rootPage(of name: String) throws -> Int {
        let query = SQLQuery("find a page", "SELECT rootpage FROM sqlite_schema WHERE name = ?")
        let page = try SQLiteConnection(path: self.path).first(query) { statement in
            statement.bind(name)
        } _: { row in
            Int(row.integer(0))
        }
        return try #require(page)
    }

    private func content() throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: self.path))
    }

    private func write(_ content: Data) throws {
        try content.write(to: URL(fileURLWithPath: self.path))
    }
}
