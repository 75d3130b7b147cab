import Cryptography
import Foundation
import Logging
import NIOPosix
import NexmoVoice
import PromptCallCore
import ServiceLifecycle
import Synchronization
import Testing
import WebhookSidecar

/// Judges webhooks as a daemon does, and keeps what they said.
private final class Listener: WebhookGateway {
    private struct State {
        var urls: WebhookURLs?
        var answer: [UInt8] = []
    }

    private let state = Mutex(State())
    /// What the webhooks said, in order; it ends with the call.
    let events: AsyncStream<LegEvent>
    private let sink: AsyncStream<LegEvent>.Continuation

    init() {
        (self.events, self.sink) = AsyncStream.makeStream()
    }

    func begin(urls: WebhookURLs, answer: [UInt8]) {
        self.state.withLock { $0 = State(urls: urls, answer: answer) }
    }

    func deliver(_ request: DeliveredWebhook) async -> WebhookAnswer {
        let (urls, answer) = self.state.withLock { ($0.urls, $0.answer) }
        guard let urls, case .leg(let path) = urls.route(request.path), urls.isGenuine(path) else {
            return WebhookAnswer(status: 404)
        }
        let signature = WebhookSignature(
            secrets: [Array(SimulatedNexmo.secret.utf8)],
            applicationID: SimulatedNexmo.applicationID,
            account: SimulatedNexmo.account
        )
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let header = request.headers["authorization"]
        switch signature.check(authorization: header, body: request.body, now: now) {
        case .valid: break
        case .missing: return WebhookAnswer(status: 503)
        case .wrong: return WebhookAnswer(status: 401)
        }
        guard let event = try? WebhookDecoder.decode(request.body, at: path).event else {
            return WebhookAnswer(status: 400)
        }
        self.sink.yield(event)
        switch event {
        case .report(let report):
            if report.status == .completed { self.sink.finish() }
            return WebhookAnswer(status: 204)
        case .entry, .opening:
            return WebhookAnswer(status: 200, contentType: "application/json", body: answer)
        case .played, .messagePlayed, .fault, .other:
            return WebhookAnswer(status: 204)
        }
    }

    func isServing() async -> Bool { true }
}

/// From an order to ring to the bill, against the simulated Nexmo.
@Suite("The whole road", .timeLimit(.minutes(1)))
struct WholeRoadTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Rings a call of the given prompt and returns what its webhooks said.
    private func ring(_ prompt: PromptKind, opening: Directive) async throws -> [LegEvent] {
        let key = try TestKey.made.get()
        let listener = Listener()
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let server = WebhookServer(
            gateway: listener,
            address: ListenAddress(host: "127.0.0.1", port: 0),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            onBound: { bound.yield($0) }
        )
        let services = ServiceGroup(services: [server], logger: logger)
        async let serving: Void = services.run()
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let urls = WebhookURLs(base: "http://127.0.0.1:\(port)/x", sealing: Fixture.sealing)
        let client = NexmoClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let events = Mutex<[LegEvent]>([])
        let objections = try await SimulatedNexmo.run(key: key.publicKey) { url in
            let profile = NexmoProfile(
                name: "default",
                applicationID: SimulatedNexmo.applicationID,
                key: key.key
            )
            let voice = NexmoVoice(
                client: client,
                mint: TokenMint(profiles: [profile], makeTokenID: { UUID().uuidString }),
                urls: urls,
                defaultURL: url,
                now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
            )
            let script = CallScript(text: "Key in your code 1234", byeText: "Bye")
            var call = try Fixture.call(prompt: prompt, script: script, plays: 2)
            call.terms.to = try #require(PhoneNumber("447700900100"))
            listener.begin(urls: urls, answer: voice.render(.say(.byeText), for: call))
            let credentials = CallCredentials.profile("default")
            let start = Timestamp(
                milliseconds: Int64(Date().timeIntervalSince1970 * 1000)
            )
            let answer = await voice.place(
                Placement(call: call, opening: opening, credentials: credentials),
                sent: {}
            )
            guard case .placed(let uuid, _) = answer else {
                Issue.record("\(answer)")
                return
            }
            for await event in listener.events { events.withLock { $0.append(event) } }
            let address = LegAddress(uuid: uuid, credentials: credentials)
            guard case .report(let report) = await voice.fetch(address) else {
                Issue.record("no report")
                return
            }
            #expect(report.status == .completed)
            #expect(report.price != nil)
            let search = LegSearch(
                from: call.terms.from,
                to: call.terms.to,
                since: start,
                credentials: credentials
            )
            #expect(await voice.search(search) == .legs([report]))
            let hangUp = await voice.hangUp(address)
            #expect(hangUp == .gone || hangUp == .refused)
        }
        #expect(objections == [])
        await services.triggerGracefulShutdown()
        try await serving
        try await client.shutdown()
        return events.withLock { $0 }
    }

    @Test("A PIN is asked for, keyed in and taken")
    func pin() async throws {
        let opening = Directive.ask(.text, turn: 1, plays: 2, bargeIn: true)
        let events = try await ring(.pin(length: 4), opening: opening)
        let entries = events.compactMap { event in
            if case .entry(let entry) = event { entry } else { nil }
        }
        #expect(entries.map(\.turn) == [1])
        #expect(entries.first?.digits == DTMFDigits("1234"))
        guard case .report(let last) = events.last else {
            Issue.record("no end")
            return
        }
        #expect(last.status == .completed)
        #expect(last.disconnectedBy == .platform)
        #expect(last.price != nil)
    }

    @Test("An announcement is played, and reports it")
    func announcement() async throws {
        let events = try await ring(.announcement, opening: .announce)
        #expect(events.filter { $0 == .played }.count == 1)
    }
}
