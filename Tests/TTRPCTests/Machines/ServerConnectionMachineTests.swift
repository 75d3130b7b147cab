import NIOCore
import TTRPC
import Testing

@Suite("ServerConnectionMachine")
struct ServerConnectionMachineTests {
    typealias Machine = ServerConnectionMachine

    private let now = NIODeadline.uptimeNanoseconds(1_000)

    /// A connection with one open stream, 5, of each state.
    private func machine(_ state: Machine.State, streamsMax: Int = 8) -> Machine {
        var machine = Machine(streamsMax: streamsMax)
        #expect(self.begin(&machine, 5) == .start(firstMessage: false, isHalfClosed: false))
        switch state {
        case .serving: break
        case .draining: machine.shutdownBegan()
        case .closed: machine.connectionClosed()
        }
        return machine
    }

    @discardableResult
    private func begin(
        _ machine: inout Machine,
        _ id: UInt32,
        _ kind: TTRPCMethod.Kind = .bidirectionalStreaming,
        flags: FrameFlags = .remoteOpen,
        hasPayload: Bool = false,
        deadline: NIODeadline? = nil
    ) -> Machine.OnBegin {
        #expect(machine.requestReceived(id) == .decode)
        return machine.streamBegan(
            id,
            kind: kind,
            flags: flags,
            hasPayload: hasPayload,
            deadline: deadline,
            now: self.now
        )
    }

    @Test("A request in each state")
    func request() {
        let expected: [(UInt32, [Machine.State: Machine.OnRequest])] = [
            (
                4,
                [
                    .serving: .refuse(.evenStreamID), .draining: .refuse(.evenStreamID),
                    .closed: .ignore,
                ]
            ),
            (
                3,
                [
                    .serving: .refuse(.usedStreamID), .draining: .refuse(.usedStreamID),
                    .closed: .ignore,
                ]
            ),
            (5, [.serving: .end(.usedStreamID), .draining: .end(.usedStreamID), .closed: .ignore]),
            (7, [.serving: .decode, .draining: .refuse(.shuttingDown), .closed: .ignore]),
        ]
        for (id, actions) in expected {
            for state in Machine.State.allCases {
                var machine = self.machine(state)
                #expect(machine.requestReceived(id) == actions[state], "\(id) while \(state)")
                #expect(machine.state == state)
            }
        }
    }

    @Test("A refused request has used its id")
    func refusedUsesID() {
        var machine = self.machine(.serving, streamsMax: 1)
        #expect(machine.requestReceived(9) == .refuse(.tooManyStreams))
        #expect(machine.requestReceived(9) == .refuse(.usedStreamID))
        #expect(machine.lastStreamID == 9)
    }

    @Test("What a method is, its descriptor says", arguments: TTRPCMethod.Kind.allCases)
    func begins(kind: TTRPCMethod.Kind) {
        var machine = Machine(streamsMax: 8)
        let withoutFlags = self.begin(&machine, 1, kind, flags: [], hasPayload: true)
        let start = Machine.OnBegin.start(firstMessage: true, isHalfClosed: true)
        #expect(withoutFlags == (kind == .unary ? start : .refuse(.notUnary)))
        let takesMore = kind == .clientStreaming || kind == .bidirectionalStreaming
        let closed = self.begin(&machine, 3, kind, flags: .remoteClosed)
        #expect(closed == .start(firstMessage: !takesMore, isHalfClosed: true))
        let past = self.begin(&machine, 5, kind, deadline: self.now)
        #expect(past == .refuse(.deadlinePassed))
        #expect(!machine.isLive(5))
    }

    @Test("Data in each state")
    func data() {
        for state in Machine.State.allCases {
            var machine = self.machine(state)
            let isClosed = state == .closed
            #expect(machine.dataReceived(5, flags: []) == (isClosed ? .ignore : .deliver))
            #expect(
                machine.dataReceived(3, flags: []) == (isClosed ? .ignore : .refuse(.streamNotOpen))
            )
            #expect(machine.dataReceived(3, flags: [.remoteClosed, .noData]) == .ignore)
            let never = machine.dataReceived(9, flags: [.remoteClosed, .noData])
            #expect(never == (isClosed ? .ignore : .refuse(.streamNotOpen)))
            let last = machine.dataReceived(5, flags: .remoteClosed)
            #expect(last == (isClosed ? .ignore : .deliverLast))
            let more = machine.dataReceived(5, flags: [])
            #expect(more == (isClosed ? .ignore : .end(.dataNotExpected)))
            #expect(machine.streamCount == 0)
        }
    }

    @Test("A frame that is too long in each state")
    func oversize() {
        for state in Machine.State.allCases {
            var machine = self.machine(state)
            let isClosed = state == .closed
            #expect(machine.oversizeReceived(5, type: .response) == .ignore)
            #expect(
                machine.oversizeReceived(5, type: .data)
                    == (isClosed ? .ignore : .end(.frameTooLong))
            )
            #expect(
                machine.oversizeReceived(5, type: .data)
                    == (isClosed ? .ignore : .refuse(.frameTooLong))
            )
            #expect(
                machine.oversizeReceived(7, type: .request)
                    == (isClosed ? .ignore : .refuse(.frameTooLong))
            )
            #expect(machine.lastStreamID == (isClosed ? 5 : 7))
        }
    }

    @Test("The end of a stream in each state")
    func ends() {
        for state in Machine.State.allCases {
            let first: Machine.OnEnd = state == .closed ? .ignore : .answer
            var machine = self.machine(state)
            #expect(machine.handlerFinished(5) == first)
            #expect(machine.handlerFinished(5) == .ignore)
            var overflowing = self.machine(state)
            #expect(overflowing.bufferOverflowed(5) == first)
            #expect(overflowing.handlerFinished(5) == .ignore)
        }
    }

    @Test("Deadlines end their streams, and say when the next is")
    func deadlines() {
        var machine = Machine(streamsMax: 8)
        for (id, seconds) in [(1, 3), (3, 1), (5, 2)] as [(UInt32, Int64)] {
            self.begin(&machine, id, deadline: self.now + .seconds(seconds))
        }
        self.begin(&machine, 7)
        let (ended, next) = machine.deadlinesPassed(at: self.now + .seconds(2))
        #expect(ended == [3, 5])
        #expect(next == self.now + .seconds(3))
        #expect(machine.deadlinesPassed(at: self.now + .seconds(9)).ended == [1])
        #expect(machine.deadlinesPassed(at: self.now + .seconds(9)).next == nil)
        #expect(machine.isLive(7))
    }

    @Test("A random walk keeps ids growing and streams bounded")
    func randomWalk() {
        var random = SplitMix64(seed: 3)
        var machine = Machine(streamsMax: 4)
        var last: UInt32 = 0
        for _ in 0..<20_000 {
            let id = UInt32.random(in: 0...last + 4, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                if machine.requestReceived(id) == .decode {
                    #expect(id > last && id % 2 == 1)
                    _ = machine.streamBegan(
                        id,
                        kind: TTRPCMethod.Kind.allCases[Int.random(in: 0..<4, using: &random)],
                        flags: FrameFlags(rawValue: .random(in: 0...7, using: &random)),
                        hasPayload: false,
                        deadline: nil,
                        now: self.now
                    )
                }
            case 2:
                let flags = FrameFlags(rawValue: .random(in: 0...7, using: &random))
                let wasLive = machine.isLive(id)
                switch machine.dataReceived(id, flags: flags) {
                case .deliver, .deliverLast, .close: #expect(machine.isLive(id))
                case .end: #expect(wasLive && !machine.isLive(id))
                case .refuse: #expect(!wasLive)
                case .ignore: break
                }
            case 3:
                let wasLive = machine.isLive(id)
                #expect(machine.handlerFinished(id) == (wasLive ? .answer : .ignore))
            default:
                _ = machine.oversizeReceived(id, type: .data)
            }
            #expect(machine.lastStreamID >= last)
            last = machine.lastStreamID
            #expect(machine.streamCount <= 4)
        }
    }
}
