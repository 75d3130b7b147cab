/// Why a sequence of bytes cannot be cut into frames; the connection must be closed.
package enum FrameError: Error, Equatable {
    /// A header states a length that no ttrpc peer can mean, in bytes.
    case notTTRPC(dataBytes: UInt32)
}
