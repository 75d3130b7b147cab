import ArgumentParser
import PromptCallAPI
import SwiftProtobuf
import TTRPC

/// Prints events as they come, until it is interrupted.
struct EventsCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print events as they come, one a line.",
        discussion: """
            Goes on until interrupted, also over restarts of the daemon. With --name the daemon \
            remembers what was printed, and the next run goes on behind it.
            """
    )

    /// How long the daemon may take to end the stream after an interruption.
    static let closingGrace: Duration = .seconds(2)

    @Option(
        help: ArgumentHelp("A durable subscription; printing acknowledges.", valueName: "name")
    )
    var name: String?

    @Option(help: ArgumentHelp("Begin behind this event.", valueName: "cursor"))
    var after: String?

    @Option(
        help: ArgumentHelp(
            "Where to begin. (default: latest; with --name where it stopped)",
            valueName: "position"
        )
    )
    var from: Choice<Promptcall_V1_Position>?

    @Option(
        help: ArgumentHelp(
            "What to print, with commas between. (default: ended)",
            valueName: "kinds"
        )
    )
    var kind: [Choices<Promptcall_V1_EventKind>] = []

    @OptionGroup(title: "Calls")
    var filter: FilterOptions

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        guard self.after == nil || self.from == nil else {
            throw ValidationError("Only one of --after and --from can be given.")
        }
        if self.name == "" { throw ValidationError("--name is empty.") }
        if self.after == "" { throw ValidationError("--after is empty.") }
    }

    func run(in session: CommandSession) async throws -> ProgramStatus {
        let follower = EventFollower(start: try self.start(now: session.surroundings.now()))
        let interruption = Interruption()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await session.surroundings.interruption()
                guard interruption.begin() == .streamClosing else { return }
                try await session.surroundings.sleep(Self.closingGrace)
            }
            group.addTask {
                try await session.withClient { client in
                    try await Self.follow(follower, CallsClient(client), session, interruption)
                }
            }
            // The first to end: followed to the end, failed, or waited for the end long enough.
            try await group.next()
            group.cancelAll()
            return .ok
        }
    }

    private func start(now: Duration) throws -> Promptcall_V1_SubscribeStart {
        var start = Promptcall_V1_SubscribeStart()
        start.name = self.name ?? ""
        if let cursor = self.after { start.after = cursor }
        if let position = self.from { start.position = position.value }
        start.kinds = self.kind.flatMap(\.values)
        let filter = try self.filter.message(now: now)
        if filter != .init() { start.filter = filter }
        return start
    }

    /// Subscribes again and again; returns when the stream ended because of an interruption.
    private static func follow(
        _ follower: EventFollower,
        _ calls: CallsClient,
        _ session: CommandSession,
        _ interruption: Interruption
    ) async throws {
        var follower = follower
        while true {
            let cause: (any Error)?
            do {
                try await calls.subscribe { requests, responses in
                    try await self.send(.with { $0.start = follower.start }, to: requests)
                    interruption.opened { requests.finish() }
                    defer { interruption.closed() }
                    while let response = try await responses.next() {
                        // What comes now was not acknowledged, and comes again to the next run.
                        guard !interruption.hasBegun else { continue }
                        try await self.received(response, &follower, requests, session)
                    }
                }
                cause = nil
            } catch {
                cause = error
            }
            guard !interruption.hasBegun else { return }
            switch follower.streamEnded(StreamEnd(cause)) {
            case .reconnect(let pause, let isFirst):
                if isFirst, session.format == .text {
                    session.surroundings.writeError(
                        "promptcall: The daemon is gone; waiting for it to come back.\n"
                    )
                }
                try await session.surroundings.sleep(pause)
            case .fail:
                throw cause ?? RPCError(.unavailable, "The daemon ended the stream.")
            }
        }
    }

    private static func received(
        _ response: Promptcall_V1_SubscribeResponse,
        _ follower: inout EventFollower,
        _ requests: TTRPCRequestWriter<Promptcall_V1_SubscribeRequest>,
        _ session: CommandSession
    ) async throws {
        switch response.kind {
        case .event(let event):
            try session.print(text: EventText.line(event), json: JSONLine.event(event))
            guard follower.eventPrinted(event) == .acknowledge else { return }
            try await self.send(.with { $0.ack.cursor = event.cursor }, to: requests)
        case .heartbeat(let heartbeat):
            follower.heartbeatReceived(heartbeat)
        case nil:
            break
        }
    }

    /// Sends a request, in vain where the stream is over; why it is, reading on tells.
    private static func send(
        _ request: Promptcall_V1_SubscribeRequest,
        to requests: TTRPCRequestWriter<Promptcall_V1_SubscribeRequest>
    ) async throws {
        do {
            try await requests.send(request)
        } catch let error as RPCError where error.code == .cancelled || error.code == .unavailable {
        }
    }
}
