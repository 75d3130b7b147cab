import Foundation

/// What SQLite itself, through another program, says of a daemon's database.
struct KillDatabase: Decodable, Sendable {
    /// "ok", or what is damaged.
    var integrity: String
    /// Rows that refer to nothing.
    var dangling: Int
    var calls: Int
    /// Calls with a request_id, each of its own.
    var requests: Int
    var events: Int
    /// Texts and PINs that are still there.
    var secrets: Int

    private static let script = """
        import json, sqlite3, sys
        db = sqlite3.connect(sys.argv[1], uri=True)
        one = lambda query: db.execute(query).fetchone()[0]
        print(json.dumps({
            "integrity": one("PRAGMA integrity_check"),
            "dangling": len(db.execute("PRAGMA foreign_key_check").fetchall()),
            "calls": one("SELECT count(*) FROM calls"),
            "requests": one("SELECT count(*) FROM requests"),
            "events": one("SELECT count(*) FROM events"),
            "secrets": one("SELECT count(*) FROM scripts")
                + one("SELECT count(*) FROM calls WHERE expected IS NOT NULL"),
        }))
        """

    /// Reads the database in a data directory, which a daemon may be using.
    static func read(in directory: URL) throws -> KillDatabase {
        try self.read("file:\(directory.path)/calls.db?mode=ro")
    }

    /// Reads a copy of what a killed daemon left behind, recovered as the next one does it.
    static func readCopy(of directory: URL) throws -> KillDatabase {
        let copy = directory.deletingLastPathComponent().appendingPathComponent("copy")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: copy) }
        for name in ["calls.db", "calls.db-wal"] {
            let file = directory.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            try FileManager.default.copyItem(at: file, to: copy.appendingPathComponent(name))
        }
        return try self.read("file:\(copy.path)/calls.db")
    }

    private static func read(_ uri: String) throws -> KillDatabase {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", self.script, uri]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode(KillDatabase.self, from: answer)
    }
}
