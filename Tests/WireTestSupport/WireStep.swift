/// What a ``ByteServer`` does with a connection.
///
/// After the last step the connection is held: nothing is read from it, nothing is sent.
package enum WireStep: Sendable {
    /// Takes exactly so many bytes further; what comes beyond stays in the kernel.
    case read(Int)
    /// Takes a whole request, head and body.
    case readRequest
    /// Sends these bytes at once.
    case send([UInt8])
    /// Sends these bytes one by one.
    case sendSingly([UInt8])
    /// Waits until a gate is opened.
    case pause(WireGate)
    /// Cuts with FIN: nothing more is sent, and what still comes is thrown away.
    case finish
    /// Cuts with RST.
    case reset
    /// Answers request after request, until the other side closes.
    case serve(@Sendable (WireRequest) -> [UInt8])
}
