/// One stream as the client sees it, from its request to its last frame.
package struct ClientStreamMachine: Equatable, Sendable {
    package enum State: CaseIterable, Equatable, Sendable {
        /// We may still send. Next: `halfClosed`, `ended`.
        case open
        /// We send nothing more. Next: `ended`.
        case halfClosed
        /// Terminal.
        case ended
    }

    package enum OnData: Equatable, Sendable {
        /// Hand the message to the reader.
        case deliver
        /// Hand the message to the reader; it was the last.
        case deliverLast
        /// No more messages come.
        case finish
        /// The peer broke the protocol: fail the call.
        case fail
        /// Carries nothing, or comes late. Expected; nothing to do.
        case ignore
    }

    package enum OnSend: Equatable, Sendable {
        /// Write the frame.
        case write
        /// The stream is over, or half-closed by us: tell the sender.
        case refuse
    }

    package private(set) var state: State
    /// What the descriptor says the method is.
    package let kind: TTRPCMethod.Kind

    /// A stream whose request is sent now.
    package init(kind: TTRPCMethod.Kind) {
        self.kind = kind
        self.state = kind.clientStreams ? .open : .halfClosed
    }

    /// Flags of the request that opens the stream.
    package var requestFlags: FrameFlags {
        switch self.kind {
        case .unary: []
        case .serverStreaming: .remoteClosed
        case .clientStreaming, .bidirectionalStreaming: .remoteOpen
        }
    }

    /// The peer sent a data frame.
    package mutating func dataReceived(flags: FrameFlags) -> OnData {
        let (next, action) = self.afterData(flags: flags)
        self.state = next
        return action
    }

    private func afterData(flags: FrameFlags) -> (State, OnData) {
        switch self.state {
        case .open, .halfClosed:
            guard self.kind.serverStreams else { return (.ended, .fail) }
            switch (flags.contains(.noData), flags.contains(.remoteClosed)) {
            case (true, true): return (.ended, .finish)
            case (true, false): return (self.state, .ignore)
            case (false, true): return (.ended, .deliverLast)
            case (false, false): return (self.state, .deliver)
            }
        case .ended:
            return (.ended, .ignore)
        }
    }

    /// We want to send a message.
    package func messageOffered() -> OnSend {
        switch self.state {
        case .open: .write
        case .halfClosed, .ended: .refuse
        }
    }

    /// We have nothing more to send.
    package mutating func sendingFinished() -> OnSend {
        switch self.state {
        case .open:
            self.state = .halfClosed
            return .write
        case .halfClosed, .ended:
            return .refuse
        }
    }

    /// The peer answered, the caller gave up, or the connection broke.
    package mutating func ended() {
        self.state = .ended
    }
}
