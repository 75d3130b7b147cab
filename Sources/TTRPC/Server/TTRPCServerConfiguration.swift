/// Where a server listens, and its bounds.
public struct TTRPCServerConfiguration: Sendable {
    /// Where connections come from.
    public enum Address: Hashable, Sendable {
        /// A Unix socket that the server makes at this path, of at most 107 bytes, and removes at
        /// its end. A stale socket file is replaced.
        case path(String)
        /// A Unix socket that listens already, as systemd hands over. The server closes it.
        case descriptor(CInt)
    }

    /// Where connections come from.
    public var address: Address
    /// Permission bits of the socket file.
    public var socketMode: UInt32 = 0o660
    /// Owner of the socket file; by default the process's user.
    public var socketOwnerID: UInt32?
    /// Group of the socket file; by default the process's group.
    public var socketGroupID: UInt32?
    /// Connections that the kernel holds until they are accepted.
    public var backlog: CInt = 1_024
    /// Most connections open at once; a further one is closed when it is accepted.
    public var connectionsMax = 4_096
    /// Most streams open at once on a connection; a further one gets `resourceExhausted`.
    public var streamsPerConnectionMax = 1_024
    /// Most frames of a client stream that wait for its handler; a further one ends it with
    /// `resourceExhausted`.
    public var unreadFramesPerStreamMax = 256
    /// Most bytes of such frames on a connection; a further one ends its stream the same way.
    public var unreadBytesPerConnectionMax = 64 << 20
    /// Above so many bytes that wait to be written to a connection, it is not read from, and
    /// streaming handlers wait.
    public var outboundBytesPerConnectionMax = 1 << 20
    /// A peer that reads nothing for so long while bytes wait for it is cut.
    public var stallTimeout: Duration = .seconds(30)
    /// How long running calls may go on after a graceful shutdown began.
    public var shutdownGrace: Duration = .seconds(10)

    /// A configuration with default bounds.
    ///
    /// - Parameter address: Where connections come from.
    public init(address: Address) {
        self.address = address
    }
}
