/// What a call carries besides its request.
public struct TTRPCCallOptions: Sendable {
    /// How long the caller waits, sent along and enforced here too; nil for ever.
    public var timeout: Duration?
    /// What is sent beside the request.
    public var metadata: TTRPCMetadata

    /// Options as stated.
    ///
    /// - Parameters:
    ///   - timeout: How long the caller waits; nil for ever.
    ///   - metadata: What is sent beside the request.
    public init(timeout: Duration? = nil, metadata: TTRPCMetadata = TTRPCMetadata()) {
        self.timeout = timeout
        self.metadata = metadata
    }
}
