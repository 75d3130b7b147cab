internal import Glibc

/// The first bytes of a database file (SQLite, "Database File Format", section 1.3).
struct DatabaseHeader {
    private let bytes: [UInt8]

    static let length = 100

    private static let magic = Array("SQLite format 3\0".utf8)

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the header of a file; nil where the file is empty.
    ///
    /// - Throws: ``StoreOpenError`` with code `failed`.
    init?(of path: String) throws(StoreOpenError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.length)
        let count = file < 0 ? -1 : read(file, &bytes, bytes.count)
        guard count >= 0 else {
            let reason = String(cString: strerror(errno))
            throw StoreOpenError(.failed, "The file \(path) cannot be read: \(reason).")
        }
        guard count > 0 else { return nil }
        self.bytes = Array(bytes.prefix(count))
    }

    /// Whether changes go to a write-ahead log, as in every database but a copy.
    var usesLog: Bool { self.bytes[18] == 2 }

    /// What is wrong with it, as a sentence; nil where nothing is.
    var problem: String? {
        guard self.bytes.count == Self.length else { return "It ends within its header." }
        guard self.bytes.starts(with: Self.magic) else {
            return "It does not begin as a database does."
        }
        // 1 stands for 65,536.
        let pageBytes = Int(self.bytes[16]) << 8 | Int(self.bytes[17])
        guard pageBytes == 1 || pageBytes >= 512 && pageBytes & (pageBytes - 1) == 0 else {
            return "Its pages have an impossible size."
        }
        // 1 is a rollback journal, 2 the write-ahead log.
        guard (1...2).contains(self.bytes[18]), (1...2).contains(self.bytes[19]) else {
            return "It is of an unknown format."
        }
        guard self.bytes[21...23] == [64, 32, 32] else {
            return "Its fractions of a page are not those of a database."
        }
        // Both are 0 until there is a table. 1 is UTF-8.
        guard self.number(44) <= 4, self.number(56) <= 1 else {
            return "Its tables are of an unknown format."
        }
        return nil
    }

    /// The big-endian number in four bytes.
    private func number(_ offset: Int) -> UInt32 {
        self.bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
