import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallCommand

@Suite("EventFollower")
struct EventFollowerTests {
    private let event = Promptcall_V1_Event.with { $0.cursor = "c1" }
    private let heartbeat = Promptcall_V1_Heartbeat.with { $0.cursor = "c0" }

    @Test("Without a name the place is kept here")
    func unnamed() {
        var follower = EventFollower(start: .with { $0.position = .earliest })
        #expect(follower.start.position == .earliest)
        follower.heartbeatReceived(self.heartbeat)
        #expect(follower.start == .with { $0.after = "c0" })
        #expect(follower.eventPrinted(self.event) == .remember)
        #expect(follower.start == .with { $0.after = "c1" })
    }

    @Test("With a name the daemon keeps the place")
    func named() {
        let start = Promptcall_V1_SubscribeStart.with {
            $0.name = "n"
            $0.after = "c"
        }
        var follower = EventFollower(start: start)
        follower.heartbeatReceived(self.heartbeat)
        #expect(follower.eventPrinted(self.event) == .acknowledge)
        #expect(follower.start == start)
    }

    @Test("A daemon that was never there is not waited for")
    func neverConnected() {
        var follower = EventFollower(start: .init())
        #expect(follower.streamEnded(.outage) == .fail)
    }

    @Test("Pauses double up to a bound, and begin anew when the daemon is heard again")
    func pauses() {
        var follower = EventFollower(start: .init())
        follower.heartbeatReceived(self.heartbeat)
        let milliseconds = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]
        for (attempt, pause) in milliseconds.enumerated() {
            let expected = EventFollower.OnEnd.reconnect(
                after: .milliseconds(pause),
                isFirst: attempt == 0
            )
            #expect(follower.streamEnded(.outage) == expected)
        }
        _ = follower.eventPrinted(self.event)
        let first = EventFollower.OnEnd.reconnect(after: .milliseconds(100), isFirst: true)
        #expect(follower.streamEnded(.outage) == first)
    }

    @Test("What a new stream cannot mend ends it")
    func failure() {
        var follower = EventFollower(start: .init())
        follower.heartbeatReceived(self.heartbeat)
        #expect(follower.streamEnded(.failure) == .fail)
    }

    @Test("Only an absent daemon is an outage", arguments: RPCError.Code.allCases)
    func causes(code: RPCError.Code) {
        #expect(StreamEnd(RPCError(code, "")) == (code == .unavailable ? .outage : .failure))
        #expect(StreamEnd(nil) == .outage)
        #expect(StreamEnd(OutputError(errorNumber: 28)) == .failure)
    }
}
