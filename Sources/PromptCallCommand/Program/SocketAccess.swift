import Glibc

/// Finds out who may connect to a Unix socket.
enum SocketAccess {
    /// Longest buffer for the entry of a group (getgrgid_r(3)), in bytes.
    private static let groupEntryBytesMax = 1 << 20

    /// Says which group lets a user connect, as the end of a sentence.
    ///
    /// The socket counts or, where even looking at it is not permitted, the innermost directory
    /// above it that can be looked at.
    static func hint(path: String) -> String {
        var inspected = Substring(path)
        var status = stat()
        while stat(String(inspected), &status) != 0 {
            guard let slash = inspected.lastIndex(of: "/"), slash != inspected.startIndex else {
                return "ask who runs the daemon for access"
            }
            inspected = inspected[..<slash]
        }
        // Connecting takes the right to write (unix(7)), passing a directory that to search it.
        let needed = status.st_mode & S_IFMT == S_IFDIR ? S_IXGRP : S_IWGRP
        guard status.st_mode & needed != 0 else {
            return "only the owner of '\(inspected)' may"
        }
        return "only members of the group '\(Self.groupName(status.st_gid))' may"
    }

    /// The name of a group; its number where it has none.
    static func groupName(_ id: gid_t) -> String {
        var bytes = 1 << 10
        while bytes <= Self.groupEntryBytesMax {
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes)
            defer { buffer.deallocate() }
            switch getgrgid_r(id, &entry, buffer, bytes, &found) {
            case 0 where found != nil: return String(cString: entry.gr_name)
            case ERANGE: bytes *= 2
            default: return "\(id)"
            }
        }
        return "\(id)"
    }
}
