import Foundation
import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

/// Redials, answering machines, windows and cancels over real sockets.
@Suite("Redials, machines, windows", .serialized, .timeLimit(.minutes(5)))
struct RedialTests {
    @Test("A busy number is rung again, and its second leg is answered")
    func redial() async throws {
        try await Lab.run { lab in
            let number = "14155550120"
            lab.simulator.setPlan(CalleePlan(outcome: .busy, entries: []), for: number)
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var request = Lab.request(to: number)
                request.redial.maxRedials = 2
                request.redial.wait = Google_Protobuf_Duration(seconds: 2)
                let tid = try await calls.submitted(request)
                let redialled = try await Self.event(.redial, of: tid, calls)
                #expect(redialled.stage == .queued)
                #expect(redialled.legs.map(\.reason) == [.busy])
                lab.simulator.setPlan(CalleePlan(), for: number)
                let call = try await calls.reached(.ended, tid)
                #expect(call.reason == .pinMatched)
                #expect(call.redials == 1)
                #expect(call.legs.map(\.number) == [1, 2])
                #expect(call.legs.map(\.reason) == [.busy, .pinMatched])
            }
            #expect(try await daemon.end(SIGTERM) == 0)
            #expect(lab.simulator.records.value.objections.isEmpty)
        }
    }

    @Test("A call that waits for its redial survives SIGKILL, and can be cancelled")
    func killedWaiting() async throws {
        try await Lab.run { lab in
            let first = try await lab.start()
            let tid = try await lab.withClient { calls in
                var request = Lab.request(to: "14155550105")
                request.redial.maxRedials = 1
                request.redial.wait = Google_Protobuf_Duration(seconds: 300)
                let tid = try await calls.submitted(request)
                _ = try await Self.event(.redial, of: tid, calls)
                return tid
            }
            _ = try await first.end(SIGKILL)
            let second = try await lab.start()
            try await lab.withClient { calls in
                let cancelled = try await calls.cancel(.with { $0.tid = tid })
                #expect(cancelled.reason == .cancelled)
                #expect(cancelled.legs.map(\.reason) == [.busy])
            }
            #expect(try await second.end(SIGTERM) == 0)
        }
    }

    /// What is done with a machine that answers, and what comes of it.
    struct MachineCase: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var action: Promptcall_V1_MachineAction
        var asks: Bool
        var detection: String
        var status: Promptcall_V1_Status
        var reason: Promptcall_V1_Reason
        var isLeft: Bool
    }

    static let machines = [
        MachineCase(
            testDescription: "hung up",
            action: .hangUp,
            asks: true,
            detection: "advanced",
            status: .failed,
            reason: .machine,
            isLeft: false
        ),
        MachineCase(
            testDescription: "hung up, standard",
            action: .hangUp,
            asks: true,
            detection: "standard",
            status: .failed,
            reason: .machine,
            isLeft: false
        ),
        MachineCase(
            testDescription: "told an announcement",
            action: .leaveMessage,
            asks: false,
            detection: "advanced",
            status: .ok,
            reason: .messageLeft,
            isLeft: true
        ),
        MachineCase(
            testDescription: "told instead of asked",
            action: .leaveMessage,
            asks: true,
            detection: "advanced",
            status: .failed,
            reason: .machine,
            isLeft: true
        ),
        MachineCase(
            testDescription: "told an announcement, standard",
            action: .leaveMessage,
            asks: false,
            detection: "standard",
            status: .ok,
            reason: .messageLeft,
            isLeft: true
        ),
    ]

    @Test("A machine is treated as ordered", arguments: Self.machines)
    func machine(_ test: MachineCase) async throws {
        try await Lab.run { lab in
            let detection = "    machine-detection: \(test.detection)"
            let daemon = try await lab.start(configuration: detection)
            try await lab.withClient { calls in
                var request = Lab.request(to: "14155550107")
                if !test.asks { request.pinCode = "" }
                request.machineAction = test.action
                if test.action == .leaveMessage { request.machineText = "Please call us back" }
                let call = try await calls.reached(.ended, calls.submitted(request))
                #expect(call.status == test.status)
                #expect(call.reason == test.reason)
                #expect(call.messageLeft == test.isLeft)
                #expect(try lab.filesHold("Please call us back").isEmpty)
            }
            #expect(try await daemon.end(SIGTERM) == 0)
            #expect(lab.simulator.records.value.objections.isEmpty)
        }
    }

    @Test("A human whom Nexmo listens to first is asked as ever", arguments: [false, true])
    func human(leavesMessage: Bool) async throws {
        try await Lab.run { lab in
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var request = Lab.request(to: "14155550100")
                request.machineAction = leavesMessage ? .leaveMessage : .hangUp
                let call = try await calls.reached(.ended, calls.submitted(request))
                #expect(call.reason == .pinMatched)
            }
            #expect(try await daemon.end(SIGTERM) == 0)
            #expect(lab.simulator.records.value.objections.isEmpty)
        }
    }

    @Test("Outside the window a call is refused or waits, and an urgent one rings")
    func window() async throws {
        try await Lab.run { lab in
            let now = Google_Protobuf_Timestamp(date: .now)
            let hour = Int(now.seconds / 3600 % 24)
            let window = "\(Self.two((hour + 3) % 24)):00-\(Self.two((hour + 4) % 24)):00 UTC"
            let daemon = try await lab.start(configuration: "    calling-window: '\(window)'")
            try await lab.withClient { calls in
                var request = Lab.request(to: "14155550100")
                do {
                    _ = try await calls.submitted(request)
                    Issue.record("A call outside its window is taken.")
                } catch let error as RPCError {
                    #expect(error.code == .failedPrecondition)
                }
                request.expiresAt.seconds = now.seconds + 8 * 3600
                let waiting = try await calls.submitted(request)
                request.to = "14155550110"
                request.priority = .urgent
                let call = try await calls.reached(.ended, calls.submitted(request))
                #expect(call.reason == .pinMatched)
                let stage = try await calls.get(.with { $0.tid = waiting }).stage
                #expect(stage == .queued)
            }
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }

    @Test("Many calls are cancelled by a filter, in pages")
    func cancelMany() async throws {
        try await Lab.run { lab in
            let daemon = try await lab.start()
            let configuration = TTRPCClientConfiguration(socketPath: lab.socket)
            try await withTTRPCClient(configuration) { client in
                let calls = CallsClient(client)
                let operations = OperationsClient(client)
                let now = Google_Protobuf_Timestamp(date: .now)
                for index in 0..<600 {
                    var request = Lab.request(to: "1415555\(1000 + index)")
                    request.notBefore.seconds = now.seconds + 3600
                    request.labels["kind"] = index % 2 == 0 ? "even" : "odd"
                    _ = try await calls.submitted(request)
                }
                var request = Promptcall_V1_CancelManyRequest()
                do {
                    _ = try await operations.cancelMany(request)
                    Issue.record("An empty filter is taken.")
                } catch let error as RPCError {
                    #expect(error.code == .invalidArgument)
                }
                request.filter.labels = ["kind": "even"]
                #expect(try await operations.cancelMany(request).cancelled == 300)
                #expect(try await operations.cancelMany(request).cancelled == 0)
                request.filter = .init()
                request.all = true
                #expect(try await operations.cancelMany(request).cancelled == 300)
            }
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The call as of its first event of a kind.
    private static func event(
        _ kind: Promptcall_V1_EventKind,
        of tid: String,
        _ calls: CallsClient
    ) async throws -> Promptcall_V1_Call {
        try await calls.subscribe { requests, responses in
            var start = Promptcall_V1_SubscribeRequest()
            start.start.position = .earliest
            start.start.kinds = [kind]
            start.start.filter.tids = [tid]
            try await requests.send(start)
            while let response = try await responses.next() {
                guard case .event(let event) = response.kind else { continue }
                requests.finish()
                return event.call
            }
            throw CancellationError()
        }
    }
}
