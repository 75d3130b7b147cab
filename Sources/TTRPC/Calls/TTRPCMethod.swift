import NIOCore

/// What a service's descriptor says of one method.
public struct TTRPCMethod: Sendable {
    /// Which sides send more than one message.
    public enum Kind: CaseIterable, Hashable, Sendable {
        /// One request, one response.
        case unary
        /// One request, many responses.
        case serverStreaming
        /// Many requests, one response.
        case clientStreaming
        /// Many requests, many responses.
        case bidirectionalStreaming

        var clientStreams: Bool { self == .clientStreaming || self == .bidirectionalStreaming }
        var serverStreams: Bool { self == .serverStreaming || self == .bidirectionalStreaming }
    }

    /// The service's full name, such as `promptcall.v1.Calls`.
    public let service: String
    /// The method's bare name, such as `Submit`.
    public let name: String
    /// Which sides send more than one message.
    public let kind: Kind

    /// The two name fields of a `ttrpc.Request`, encoded once.
    let envelopeNames: [UInt8]

    /// A method as its descriptor states it.
    ///
    /// - Parameters:
    ///   - service: The service's full name.
    ///   - name: The method's bare name.
    ///   - kind: Which sides send more than one message.
    public init(service: String, name: String, kind: Kind) {
        self.service = service
        self.name = name
        self.kind = kind
        var names = ByteBuffer()
        names.writeField(1, service.utf8)
        names.writeField(2, name.utf8)
        self.envelopeNames = Array(names.readableBytesView)
    }
}

extension TTRPCMethod: Hashable {
    /// Whether both name the same method of the same kind.
    public static func == (left: TTRPCMethod, right: TTRPCMethod) -> Bool {
        left.envelopeNames == right.envelopeNames && left.kind == right.kind
    }

    /// Feeds the names to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.envelopeNames)
    }
}

extension TTRPCMethod: CustomStringConvertible {
    /// Service and method, with a slash between them.
    public var description: String { "\(self.service)/\(self.name)" }
}
