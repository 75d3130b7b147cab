import NIOCore
import NIOPosix
import NexmoVoice
import PromptCallCore
import Synchronization

/// Places calls over real connections, and tells how each placing ended.
struct PlacementProbe: Sendable {
    /// What the engine goes by.
    enum Ending: Hashable, Sendable {
        case placed
        case notPlaced
        case refused
        case unknown
    }

    struct Outcome: Sendable {
        var answer: PlacementAnswer
        /// How often the placing said that it was sent.
        var sent: Int

        var ending: Ending {
            switch self.answer {
            case .placed: .placed
            case .notPlaced: .notPlaced
            case .refused: .refused
            case .unknown: .unknown
            }
        }
    }

    private let client: NexmoClient

    /// Runs a body with a probe whose connections are closed afterwards.
    static func run<Result: Sendable>(
        timeouts: NexmoClient.Timeouts = NexmoClient.Timeouts(),
        authorities: CertificateAuthorities? = nil,
        proxy: NexmoClient.Proxy? = nil,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        log: RecordingLog = RecordingLog(),
        _ body: (PlacementProbe) async throws -> Result
    ) async throws -> Result {
        let client = NexmoClient(
            timeouts: timeouts,
            authorities: authorities,
            proxy: proxy,
            eventLoopGroup: group,
            logger: log.logger
        )
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(Self(client: client)))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// Places a call with a Nexmo at this URL.
    func place(
        at url: String,
        sent: @escaping @Sendable () -> Void = {}
    ) async throws -> Outcome {
        let voice = NexmoVoice(
            client: self.client,
            mint: TokenMint(profiles: [], makeTokenID: { "" }),
            urls: Fixture.urls,
            defaultURL: url,
            now: { Fixture.now }
        )
        let placement = Placement(
            call: try Fixture.call(),
            opening: .ask(.text, turn: 1, plays: 1, bargeIn: true),
            // Not made anew after a 401, so that each placing is one request.
            credentials: .jwt("aa.bb.cc")
        )
        let count = Count()
        let answer = await voice.place(placement) {
            count.value.add(1, ordering: .relaxed)
            sent()
        }
        return Outcome(answer: answer, sent: count.value.load(ordering: .relaxed))
    }

    private final class Count: Sendable {
        let value = Atomic(0)
    }
}

/// Runs a body for each of these, some at a time.
func each<Case: Sendable>(
    _ cases: some Sequence<Case>,
    _ body: @escaping @Sendable (Case) async throws -> Void
) async throws {
    let atOnce = 24
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, element) in cases.enumerated() {
            if index >= atOnce { try await group.next() }
            group.addTask { try await body(element) }
        }
        try await group.waitForAll()
    }
}
