import TTRPC
import Testing

@Suite("ServerStreamMachine")
struct ServerStreamMachineTests {
    typealias Machine = ServerStreamMachine

    private func machine(_ kind: TTRPCMethod.Kind, _ state: Machine.State) -> Machine {
        var machine = Machine(kind: kind, flags: state == .halfClosed ? .remoteClosed : .remoteOpen)
        if state == .ended { machine.connectionClosed() }
        #expect(machine.state == state)
        return machine
    }

    struct DataCase: Sendable {
        var kinds: [TTRPCMethod.Kind]
        var state: Machine.State
        var flags: FrameFlags
        var action: Machine.OnData
        var next: Machine.State
    }

    private static let streaming: [TTRPCMethod.Kind] = [.clientStreaming, .bidirectionalStreaming]
    private static let single: [TTRPCMethod.Kind] = [.unary, .serverStreaming]
    private static let all = TTRPCMethod.Kind.allCases
    private static let close: FrameFlags = [.remoteClosed, .noData]

    static let dataCases: [DataCase] = [
        DataCase(kinds: streaming, state: .open, flags: [], action: .deliver, next: .open),
        DataCase(
            kinds: streaming,
            state: .open,
            flags: .remoteClosed,
            action: .deliverLast,
            next: .halfClosed
        ),
        DataCase(kinds: streaming, state: .open, flags: close, action: .close, next: .halfClosed),
        DataCase(kinds: all, state: .open, flags: .noData, action: .ignore, next: .open),
        DataCase(kinds: single, state: .open, flags: close, action: .ignore, next: .halfClosed),
        DataCase(
            kinds: single,
            state: .open,
            flags: [],
            action: .end(.dataNotExpected),
            next: .ended
        ),
        DataCase(
            kinds: all,
            state: .halfClosed,
            flags: [],
            action: .end(.dataNotExpected),
            next: .ended
        ),
        DataCase(kinds: all, state: .halfClosed, flags: close, action: .ignore, next: .halfClosed),
        DataCase(
            kinds: all,
            state: .ended,
            flags: [],
            action: .refuse(.streamNotOpen),
            next: .ended
        ),
        DataCase(kinds: all, state: .ended, flags: close, action: .ignore, next: .ended),
    ]

    @Test("Data in each state", arguments: dataCases)
    func data(testCase: DataCase) {
        for kind in testCase.kinds {
            var machine = self.machine(kind, testCase.state)
            #expect(machine.dataReceived(flags: testCase.flags) == testCase.action)
            #expect(machine.state == testCase.next)
        }
    }

    @Test("A stream ends once", arguments: TTRPCMethod.Kind.allCases, Machine.State.allCases)
    func ends(kind: TTRPCMethod.Kind, state: Machine.State) {
        let expected = state == .ended ? Machine.OnEnd.ignore : .answer
        var finished = self.machine(kind, state)
        #expect(finished.handlerFinished() == expected)
        #expect(finished.refused() == .ignore)
        #expect(finished.state == .ended)
        var refused = self.machine(kind, state)
        #expect(refused.refused() == expected)
        #expect(refused.handlerFinished() == .ignore)
    }

    @Test("Flags of the request say whether more comes, where the method takes it")
    func begins() {
        for kind in Self.single {
            #expect(Machine(kind: kind, flags: []).state == .halfClosed)
            #expect(Machine(kind: kind, flags: .remoteOpen).state == .open)
        }
        for kind in Self.streaming {
            #expect(Machine(kind: kind, flags: .remoteOpen).state == .open)
            #expect(Machine(kind: kind, flags: .remoteClosed).state == .halfClosed)
        }
    }
}
