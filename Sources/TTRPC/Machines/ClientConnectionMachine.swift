package import NIOCore

/// A client's connection: which ids are free, which streams live, until when.
package struct ClientConnectionMachine: Sendable {
    package enum State: CaseIterable, Equatable, Sendable {
        /// Takes calls. Next: `usedUp`, `closed`.
        case open
        /// Every id was used; calls need another connection. Next: `closed`.
        case usedUp
        /// Terminal.
        case closed
    }

    package enum OnOpen: Equatable, Sendable {
        /// Write the request with this id and these flags.
        case opened(id: UInt32, flags: FrameFlags)
        /// Connect anew, then try again.
        case reconnect
        /// Too many streams live: fail the call.
        case tooManyStreams
    }

    package enum OnAbandon: Equatable, Sendable {
        /// Half-close, which ends a subscription.
        case halfClose
        /// Use the id again: ttrpc has no cancel frame, and a half-close would pass off half an
        /// upload as a whole one.
        case reset
        /// Nothing to write.
        case forget
        /// Ended already. An expected race; nothing to do.
        case ignore
    }

    private struct Stream: Sendable {
        var machine: ClientStreamMachine
        var deadline: NIODeadline?
    }

    package private(set) var state = State.open
    private var nextStreamID: UInt32
    private var streams: [UInt32: Stream] = [:]
    private let streamsMax: Int

    /// A new connection.
    ///
    /// - Parameters:
    ///   - streamsMax: Most streams open at once.
    ///   - firstStreamID: The first id, odd.
    package init(streamsMax: Int, firstStreamID: UInt32 = 1) {
        self.streamsMax = streamsMax
        self.nextStreamID = firstStreamID
    }

    /// How many streams live.
    package var streamCount: Int { self.streams.count }

    /// A call begins.
    package mutating func streamOpened(
        kind: TTRPCMethod.Kind,
        deadline: NIODeadline?
    ) -> OnOpen {
        switch self.state {
        case .usedUp, .closed:
            return .reconnect
        case .open:
            break
        }
        guard self.streams.count < self.streamsMax else { return .tooManyStreams }
        let id = self.nextStreamID
        let (next, overflow) = id.addingReportingOverflow(2)
        self.nextStreamID = next
        if overflow { self.state = .usedUp }
        let machine = ClientStreamMachine(kind: kind)
        self.streams[id] = Stream(machine: machine, deadline: deadline)
        return .opened(id: id, flags: machine.requestFlags)
    }

    /// A response frame came.
    ///
    /// - Returns: The kind of the call that it ends, or nothing when it comes late.
    package mutating func responseReceived(_ id: UInt32) -> TTRPCMethod.Kind? {
        self.streams.removeValue(forKey: id)?.machine.kind
    }

    /// A data frame came.
    package mutating func dataReceived(
        _ id: UInt32,
        flags: FrameFlags
    ) -> ClientStreamMachine.OnData {
        guard let index = self.streams.index(forKey: id) else { return .ignore }
        let action = self.streams.values[index].machine.dataReceived(flags: flags)
        if self.streams.values[index].machine.state == .ended { self.streams.remove(at: index) }
        return action
    }

    /// We want to send a message.
    package func messageOffered(_ id: UInt32) -> ClientStreamMachine.OnSend {
        self.streams[id]?.machine.messageOffered() ?? .refuse
    }

    /// We have nothing more to send.
    package mutating func sendingFinished(_ id: UInt32) -> ClientStreamMachine.OnSend {
        guard let index = self.streams.index(forKey: id) else { return .refuse }
        return self.streams.values[index].machine.sendingFinished()
    }

    /// The caller gave up, or its deadline passed.
    package mutating func abandoned(_ id: UInt32) -> OnAbandon {
        guard let stream = self.streams.removeValue(forKey: id) else { return .ignore }
        switch (stream.machine.kind, stream.machine.state) {
        case (.bidirectionalStreaming, .open): return .halfClose
        case (.clientStreaming, .open), (.serverStreaming, .halfClosed): return .reset
        case (.unary, _), (_, .halfClosed), (_, .ended), (.serverStreaming, .open):
            return .forget
        }
    }

    /// Time went by.
    ///
    /// - Returns: The streams whose deadline passed, still to be abandoned, and when to look again.
    package func deadlinesPassed(at now: NIODeadline) -> (passed: [UInt32], next: NIODeadline?) {
        var passed: [UInt32] = []
        var next: NIODeadline?
        for (id, stream) in self.streams {
            guard let deadline = stream.deadline else { continue }
            if deadline <= now {
                passed.append(id)
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        return (passed.sorted(), next)
    }

    /// The connection is gone; every call fails.
    package mutating func connectionClosed() {
        self.state = .closed
        self.streams.removeAll()
    }
}
