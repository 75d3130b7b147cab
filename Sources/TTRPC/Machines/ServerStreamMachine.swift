/// One stream as the server sees it, from an accepted request to its last frame.
package struct ServerStreamMachine: Equatable, Sendable {
    package enum State: CaseIterable, Equatable, Sendable {
        /// The peer may still send data. Next: `halfClosed`, `ended`.
        case open
        /// The peer sends nothing more; the handler runs. Next: `ended`.
        case halfClosed
        /// Terminal.
        case ended
    }

    /// What becomes of a data frame.
    package enum OnData: Equatable, Sendable {
        /// Hand the message to the handler.
        case deliver
        /// Hand the message to the handler and tell it that this was the last.
        case deliverLast
        /// Tell the handler that no more messages come.
        case close
        /// Answer with the refusal, then cancel the handler.
        case end(ServerRefusal)
        /// Answer with the refusal; there is no handler.
        case refuse(ServerRefusal)
        /// Carries nothing, or comes late. Expected; nothing to do.
        case ignore
    }

    /// What becomes of an end that the server decides.
    package enum OnEnd: Equatable, Sendable {
        /// Answer the peer, then cancel the handler.
        case answer
        /// Ended already. An expected race; nothing to do.
        case ignore
    }

    package private(set) var state: State
    /// What the descriptor says the method is.
    package let kind: TTRPCMethod.Kind

    /// A stream whose request was accepted.
    ///
    /// - Parameters:
    ///   - kind: What the descriptor says the method is.
    ///   - flags: Flags of the request.
    package init(kind: TTRPCMethod.Kind, flags: FrameFlags) {
        self.kind = kind
        let saysMore = flags.contains(.remoteOpen) || kind.clientStreams
        self.state = saysMore && !flags.contains(.remoteClosed) ? .open : .halfClosed
    }

    /// The peer sent a data frame.
    package mutating func dataReceived(flags: FrameFlags) -> OnData {
        let (next, action) = self.afterData(flags: flags)
        self.state = next
        return action
    }

    private func afterData(flags: FrameFlags) -> (State, OnData) {
        let closes = flags.contains(.remoteClosed)
        switch self.state {
        case .open where flags.contains(.noData):
            guard closes else { return (.open, .ignore) }
            return (.halfClosed, self.kind.clientStreams ? .close : .ignore)
        case .open where !self.kind.clientStreams:
            return (.ended, .end(.dataNotExpected))
        case .open:
            return closes ? (.halfClosed, .deliverLast) : (.open, .deliver)
        case .halfClosed:
            guard flags.contains(.noData) else { return (.ended, .end(.dataNotExpected)) }
            return (.halfClosed, .ignore)
        case .ended:
            return (.ended, flags.contains(.noData) ? .ignore : .refuse(.streamNotOpen))
        }
    }

    /// The handler returned or threw.
    package mutating func handlerFinished() -> OnEnd {
        self.end()
    }

    /// The server ends the stream: a bound or deadline was passed, or its id was used again.
    package mutating func refused() -> OnEnd {
        self.end()
    }

    /// The connection is gone.
    package mutating func connectionClosed() {
        self.state = .ended
    }

    private mutating func end() -> OnEnd {
        switch self.state {
        case .open, .halfClosed:
            self.state = .ended
            return .answer
        case .ended:
            return .ignore
        }
    }
}
