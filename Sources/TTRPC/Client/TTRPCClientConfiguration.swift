/// Where a client connects, and its bounds.
public struct TTRPCClientConfiguration: Sendable {
    /// Path of the server's Unix socket, at most 107 bytes.
    public var socketPath: String
    /// Most calls under way at once; a further one fails with `resourceExhausted`. A server takes
    /// 1,024 for each connection.
    public var streamsMax = 1_024
    /// From so many unread messages of one stream on, the connection is not read from.
    public var unreadFramesPerStreamMax = 256
    /// From so many bytes of unread messages on, the connection is not read from.
    public var unreadBytesMax = 16 << 20
    /// Above so many bytes that wait to be written, calls and senders wait.
    public var outboundBytesMax = 1 << 20
    /// A server that reads nothing for so long while bytes wait for it is given up.
    public var stallTimeout: Duration = .seconds(30)

    /// A configuration with default bounds.
    ///
    /// - Parameter socketPath: Path of the server's Unix socket.
    public init(socketPath: String) {
        self.socketPath = socketPath
    }
}
