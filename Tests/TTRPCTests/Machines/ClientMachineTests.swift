import NIOCore
import TTRPC
import Testing

@Suite("ClientStreamMachine and ClientConnectionMachine")
struct ClientMachineTests {
    private let now = NIODeadline.uptimeNanoseconds(1_000)

    @Test("Requests carry the flags of their kind, ids are odd and grow")
    func opening() {
        var machine = ClientConnectionMachine(streamsMax: 4)
        let expected: [(TTRPCMethod.Kind, FrameFlags)] = [
            (.unary, []), (.serverStreaming, .remoteClosed),
            (.clientStreaming, .remoteOpen), (.bidirectionalStreaming, .remoteOpen),
        ]
        for (index, (kind, flags)) in expected.enumerated() {
            let opened = machine.streamOpened(kind: kind, deadline: nil)
            #expect(opened == .opened(id: UInt32(index * 2 + 1), flags: flags))
        }
        #expect(machine.streamOpened(kind: .unary, deadline: nil) == .tooManyStreams)
        machine.connectionClosed()
        #expect(machine.streamOpened(kind: .unary, deadline: nil) == .reconnect)
        #expect(machine.streamCount == 0)
    }

    @Test("After the last id calls need another connection")
    func usedUp() {
        var machine = ClientConnectionMachine(streamsMax: 4, firstStreamID: .max)
        #expect(machine.streamOpened(kind: .unary, deadline: nil) == .opened(id: .max, flags: []))
        #expect(machine.state == .usedUp)
        #expect(machine.streamOpened(kind: .unary, deadline: nil) == .reconnect)
        #expect(machine.responseReceived(.max) == .unary)
    }

    @Test("Data in each state", arguments: TTRPCMethod.Kind.allCases)
    func data(kind: TTRPCMethod.Kind) {
        let streams = kind == .serverStreaming || kind == .bidirectionalStreaming
        let cases: [(FrameFlags, ClientStreamMachine.OnData)] = [
            ([], streams ? .deliver : .fail),
            (.noData, streams ? .ignore : .fail),
            (.remoteClosed, streams ? .deliverLast : .fail),
            ([.remoteClosed, .noData], streams ? .finish : .fail),
        ]
        for (flags, action) in cases {
            var machine = ClientStreamMachine(kind: kind)
            #expect(machine.dataReceived(flags: flags) == action)
            let goesOn = action == .deliver || action == .ignore
            #expect((machine.state == .ended) == !goesOn)
            machine.ended()
            #expect(machine.dataReceived(flags: flags) == .ignore)
            #expect(machine.messageOffered() == .refuse)
            #expect(machine.sendingFinished() == .refuse)
        }
    }

    @Test("Messages go out until the half-close", arguments: TTRPCMethod.Kind.allCases)
    func sending(kind: TTRPCMethod.Kind) {
        var machine = ClientStreamMachine(kind: kind)
        let streams = kind == .clientStreaming || kind == .bidirectionalStreaming
        #expect(machine.messageOffered() == (streams ? .write : .refuse))
        #expect(machine.sendingFinished() == (streams ? .write : .refuse))
        #expect(machine.messageOffered() == .refuse)
        #expect(machine.sendingFinished() == .refuse)
        #expect(machine.state == .halfClosed)
    }

    @Test("A call that is given up tells the server what its kind allows")
    func abandoned() {
        let expected: [(TTRPCMethod.Kind, ClientConnectionMachine.OnAbandon)] = [
            (.unary, .forget), (.serverStreaming, .reset),
            (.clientStreaming, .reset), (.bidirectionalStreaming, .halfClose),
        ]
        for (kind, action) in expected {
            var machine = ClientConnectionMachine(streamsMax: 4)
            _ = machine.streamOpened(kind: kind, deadline: nil)
            #expect(machine.abandoned(1) == action)
            #expect(machine.abandoned(1) == .ignore)
            #expect(machine.responseReceived(1) == nil)
            #expect(machine.dataReceived(1, flags: []) == .ignore)
        }
        var machine = ClientConnectionMachine(streamsMax: 4)
        _ = machine.streamOpened(kind: .clientStreaming, deadline: nil)
        #expect(machine.sendingFinished(1) == .write)
        #expect(machine.abandoned(1) == .forget)
    }

    @Test("Deadlines name their streams, and say when the next is")
    func deadlines() {
        var machine = ClientConnectionMachine(streamsMax: 4)
        _ = machine.streamOpened(kind: .unary, deadline: self.now + .seconds(2))
        _ = machine.streamOpened(kind: .unary, deadline: self.now + .seconds(1))
        _ = machine.streamOpened(kind: .unary, deadline: nil)
        let (passed, next) = machine.deadlinesPassed(at: self.now + .seconds(1))
        #expect(passed == [3])
        #expect(next == self.now + .seconds(2))
    }
}
