/// Keys of this module's log metadata.
enum LogKey {
    static let error = "error"
    static let frameBytes = "frame.bytes"
    static let method = "rpc.method"
    static let peerProcessID = "peer.pid"
    static let peerUserID = "peer.uid"
    static let socketPath = "socket.path"
    static let connectionsMax = "connections.max"
    static let connectionsOpen = "connections.open"
}
