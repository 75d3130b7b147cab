/// What became of a connection to a ``ByteServer``.
package struct WireConnection: Sendable {
    /// All that was taken from it, in order.
    package internal(set) var received: [UInt8] = []
    /// How much of that came before it was cut; the rest was thrown away.
    package internal(set) var receivedAfterCut = 0
    /// Steps that are done.
    package internal(set) var stepsDone = 0
    package internal(set) var isClosed = false

    /// The requests that were read as a whole, upon which a real server could have acted.
    package var requests: [WireRequest] {
        self.split(self.received.dropLast(self.receivedAfterCut)).whole
    }

    /// How many requests began here: those of which any byte was seen, also after the cut.
    package var requestsBegun: Int {
        let (whole, rest) = self.split(self.received[...])
        return whole.count + (rest.isEmpty ? 0 : 1)
    }

    private func split(
        _ bytes: ArraySlice<UInt8>
    ) -> (whole: [WireRequest], rest: ArraySlice<UInt8>) {
        var whole: [WireRequest] = []
        var rest = bytes
        while let (request, length) = WireRequest.first(in: rest) {
            whole.append(request)
            rest = rest.dropFirst(length)
        }
        return (whole, rest)
    }
}
