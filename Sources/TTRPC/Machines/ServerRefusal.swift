/// Why the server itself, and not a handler, ends a stream.
package enum ServerRefusal: CaseIterable, Equatable, Sendable {
    /// Stream ids of a client are odd.
    case evenStreamID
    /// Stream ids only grow.
    case usedStreamID
    case tooManyStreams
    case shuttingDown
    case badEnvelope
    case tooMuchMetadata
    case unknownMethod
    /// A streaming method called as if it were unary.
    case notUnary
    case deadlinePassed
    case streamNotOpen
    /// Data after the peer half-closed, or for a method that takes one request.
    case dataNotExpected
    case frameTooLong
    /// More frames, or bytes, wait than the handler's buffer holds.
    case tooManyUnread
    case responseTooLong

    /// What the peer is told.
    package var error: RPCError {
        switch self {
        case .evenStreamID: RPCError(.invalidArgument, "A client's stream ids are odd.")
        case .usedStreamID: RPCError(.invalidArgument, "The stream id was used before.")
        case .tooManyStreams:
            RPCError(.resourceExhausted, "The connection has too many open streams.")
        case .shuttingDown: RPCError(.unavailable, "The server is shutting down.")
        case .badEnvelope: RPCError(.invalidArgument, "The request does not parse.")
        case .tooMuchMetadata:
            RPCError(
                .resourceExhausted,
                "A request carries at most \(TTRPCMetadata.entriesMax) values of metadata."
            )
        case .unknownMethod: RPCError(.unimplemented, "No such service or method.")
        case .notUnary:
            RPCError(.invalidArgument, "The method streams, and the request's flags do not say so.")
        case .deadlinePassed: RPCError(.deadlineExceeded, "The deadline passed.")
        case .streamNotOpen: RPCError(.invalidArgument, "The stream is not open.")
        case .dataNotExpected:
            RPCError(.invalidArgument, "Data came where the stream takes no more of it.")
        case .frameTooLong: RPCError(.resourceExhausted, "A frame holds at most 4 MiB.")
        case .tooManyUnread:
            RPCError(.resourceExhausted, "More was sent than the handler has read in time.")
        case .responseTooLong: RPCError(.resourceExhausted, "The response is longer than 4 MiB.")
        }
    }
}
