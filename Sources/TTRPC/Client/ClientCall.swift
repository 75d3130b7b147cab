/// A call whose request was sent.
struct ClientCall: Sendable {
    let connection: ClientConnection
    let id: UInt32
    /// What the server streams, where it does.
    let inbound: InboundBuffer?
}
