import Glibc

/// Who is at the other end of a Unix socket, as the kernel knew it when the peer connected.
public struct PeerCredentials: Hashable, Sendable {
    /// Effective user id (SO_PEERCRED).
    public var userID: UInt32
    /// Effective group id (SO_PEERCRED).
    public var groupID: UInt32
    /// Process id (SO_PEERCRED). The process may have ended, and another may have its id by now.
    public var processID: Int32
    /// Supplementary group ids (SO_PEERGROUPS).
    public var supplementaryGroupIDs: [UInt32]

    /// Credentials as stated.
    public init(
        userID: UInt32,
        groupID: UInt32,
        processID: Int32,
        supplementaryGroupIDs: [UInt32] = []
    ) {
        self.userID = userID
        self.groupID = groupID
        self.processID = processID
        self.supplementaryGroupIDs = supplementaryGroupIDs
    }

    /// Reads the credentials of the peer of a connected Unix socket, where the kernel says them.
    ///
    /// - Parameter descriptor: The socket.
    init?(ofSocket descriptor: CInt) {
        // Glibc shows `struct ucred` to _GNU_SOURCE alone: three 32-bit fields (unix(7)).
        var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            return nil
        }
        self.init(
            userID: credentials.uid,
            groupID: credentials.gid,
            processID: credentials.pid,
            supplementaryGroupIDs: Self.groups(ofSocket: descriptor)
        )
    }

    /// SO_PEERGROUPS, which Glibc's module does not show (asm-generic/socket.h).
    private static let peerGroupsOption: CInt = 59

    /// Groups that fit the first attempt; the kernel says how many there are when more do.
    private static let groupsExpected = 32

    private static func groups(ofSocket descriptor: CInt) -> [UInt32] {
        var capacity = self.groupsExpected
        // The peer's groups were fixed when it connected, so a second attempt always fits.
        for _ in 0..<2 {
            var groups = [UInt32](repeating: 0, count: capacity)
            var length = socklen_t(capacity * MemoryLayout<UInt32>.stride)
            if getsockopt(descriptor, SOL_SOCKET, self.peerGroupsOption, &groups, &length) == 0 {
                return Array(groups.prefix(Int(length) / MemoryLayout<UInt32>.stride))
            }
            guard errno == ERANGE else { return [] }
            capacity = Int(length) / MemoryLayout<UInt32>.stride
        }
        return []
    }
}
