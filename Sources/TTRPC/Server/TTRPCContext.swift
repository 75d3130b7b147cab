/// What a handler knows of its call besides the request.
public struct TTRPCContext: Sendable {
    /// Who calls.
    public var peer: PeerCredentials
    /// What the caller sent beside the request.
    public var metadata: TTRPCMetadata
    /// When the caller stops waiting; the handler's task is cancelled then.
    public var deadline: ContinuousClock.Instant?
    /// The method that is called.
    public var method: TTRPCMethod

    /// A context as stated, for a handler that is called without a server.
    public init(
        peer: PeerCredentials,
        metadata: TTRPCMetadata = TTRPCMetadata(),
        deadline: ContinuousClock.Instant? = nil,
        method: TTRPCMethod
    ) {
        self.peer = peer
        self.metadata = metadata
        self.deadline = deadline
        self.method = method
    }
}
