import CallEngine
import Cryptography
import EngineTestSupport
import NexmoVoice
import PromptCallAPI
import PromptCallCore
import Testing
import WebhookSidecar

@testable import PromptCallDaemon

@Suite("Judging webhooks")
struct WebhookJudgeTests {
    /// Submits a call, waits until it is placed, and lets a test send webhooks of it.
    private func withCall(
        signs: Bool = false,
        _ body: (EngineWorld, CallID) async throws -> Void
    ) async throws {
        let world = try EngineWorld(signs: signs)
        try await world.run {
            let response = try await world.handler.submit(
                Fixture.request { $0.byeText = "Bye." },
                context: Fixture.context(.alice)
            )
            let id = try #require(CallID(response.tid))
            _ = try await world.engine.wait(for: id, until: .started)
            try await body(world, id)
        }
    }

    private func stage(_ world: EngineWorld, _ id: CallID) async throws -> CallStage? {
        try await world.engine.call(id)?.stage
    }

    private func webhook(
        _ path: String,
        _ body: String = "{}",
        method: String = "POST",
        authorization: String? = nil
    ) -> DeliveredWebhook {
        DeliveredWebhook(
            method: method,
            path: path,
            headers: authorization.map { ["authorization": $0] } ?? [:],
            body: Array(body.utf8)
        )
    }

    private func path(
        _ world: EngineWorld,
        _ kind: WebhookPath.Kind,
        _ id: CallID,
        leg: Int = 1,
        turn: Int? = nil
    ) -> String {
        String(
            world.urls.url(kind, of: id, leg: leg, turn: turn).dropFirst(
                "https://hooks.example".count
            )
        )
    }

    private let answered = #"{"uuid":"leg","conversation_uuid":"CON-1","status":"answered"}"#
    private let right = #"{"uuid":"leg","dtmf":{"digits":"1234","timed_out":false}}"#
    private let wrong = #"{"uuid":"leg","dtmf":{"digits":"4321","timed_out":false}}"#

    @Test("What is none of ours is 404")
    func notFound() async throws {
        try await withCall { world, id in
            let good = path(world, .event, id)
            let key = String(good.split(separator: "/")[4].prefix(32))
            let other = CallID(high: 1, low: 2)
            let strange = [
                "/", "/v1/event", good.replacing("/v1/", with: "/v2/"),
                good.replacing("?leg=1", with: ""), good.replacing("leg=1", with: "leg=0"),
                good.replacing(key, with: String(repeating: "0", count: 32)),
                good.replacing(id.description, with: other.description),
                path(world, .event, other), good.replacing("/event/", with: "/other/"),
            ]
            for path in strange {
                #expect(await world.judge.deliver(webhook(path, answered)).status == 404, "\(path)")
            }
            #expect(world.judge.counts.statuses == [404: strange.count])
            let stored = try await world.engine.call(id)
            #expect(stored?.stage == .started)
        }
    }

    @Test("What is not JSON is 400, and no POST 405")
    func badRequest() async throws {
        try await withCall { world, id in
            let path = path(world, .event, id)
            for body in ["", "hello", "[]", "{", "{}x", "status=answered"] {
                #expect(await world.judge.deliver(webhook(path, body)).status == 400)
            }
            let get = webhook(path, answered, method: "GET")
            #expect(await world.judge.deliver(get).status == 405)
        }
    }

    @Test("An event is 204, and durable when it is answered; with the proxy's path or without")
    func event() async throws {
        try await withCall { world, id in
            let path = path(world, .event, id)
            #expect(
                await world.judge.deliver(webhook(path, answered)) == WebhookAnswer(status: 204)
            )
            let stored = try world.store.with { store throws(StoreError) in store.calls[id] }
            #expect(stored?.stage == .answered)
            let short = String(path.dropFirst("/nexmo".count))
            #expect(await world.judge.deliver(webhook(short, answered)).status == 204)
            let again = try world.store.with { store throws(StoreError) in store.calls[id] }
            #expect(again?.eventCount == stored?.eventCount)
        }
    }

    @Test("An input is answered with an NCCO, and the same input with the same")
    func input() async throws {
        try await withCall { world, id in
            let first = path(world, .input, id, turn: 1)
            let retry = await world.judge.deliver(webhook(first, wrong))
            #expect(retry.status == 200)
            #expect(retry.contentType == "application/json")
            #expect(String(decoding: retry.body, as: UTF8.self).contains("turn: 2"))
            #expect(await world.judge.deliver(webhook(first, wrong)) == retry)
            // Another entry for a turn that is over changes nothing.
            #expect(await world.judge.deliver(webhook(first, right)) == retry)

            let second = path(world, .input, id, turn: 2)
            let goodbye = await world.judge.deliver(webhook(second, right))
            #expect(goodbye.status == 200)
            #expect(goodbye != retry)
            #expect(await world.judge.deliver(webhook(second, right)) == goodbye)
            #expect(await world.judge.deliver(webhook(first, wrong)) == retry)
            let stored = try await world.engine.call(id)
            #expect(stored?.stage == .verified)
            #expect(stored?.progress.attempts == 2)
        }
    }

    @Test("An answer webhook gets what the callee hears first")
    func answer() async throws {
        try await withCall { world, id in
            let path = path(world, .answer, id)
            let answer = await world.judge.deliver(webhook(path, #"{"uuid":"leg"}"#))
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("turn: 1"))
            #expect(await world.judge.deliver(webhook(path, #"{"uuid":"leg"}"#)) == answer)
        }
    }

    @Test("A turn or leg that was never asked for is 404")
    func neverAsked() async throws {
        try await withCall { world, id in
            for (leg, turn) in [(1, 2), (1, 9), (2, 1)] {
                let path = path(world, .input, id, leg: leg, turn: turn)
                #expect(await world.judge.deliver(webhook(path, right)).status == 404)
            }
            let event = path(world, .event, id, leg: 2)
            #expect(await world.judge.deliver(webhook(event, answered)).status == 404)
        }
    }

    @Test("While the store cannot commit or read it is 503, and then again as it should be")
    func unavailable() async throws {
        try await withCall { world, id in
            let path = path(world, .input, id, turn: 1)
            try world.store.with { store throws(StoreError) in
                store.commitFaults = [.unavailable]
            }
            #expect(await world.judge.deliver(webhook(path, right)).status == 503)
            // The next commit is due only then.
            world.clock.advance(by: .seconds(1))
            try world.store.with { store throws(StoreError) in store.readsFail = true }
            #expect(await world.judge.deliver(webhook(path, right)).status == 503)
            try world.store.with { store throws(StoreError) in store.readsFail = false }
            #expect(await world.judge.deliver(webhook(path, right)).status == 200)
            #expect(try await stage(world, id) == .verified)
        }
    }

    // MARK: - Signatures

    /// The header that Nexmo sends with a body.
    private func signed(
        _ body: String,
        secret: [UInt8] = EngineWorld.secret,
        account: String = "abcd1234"
    ) -> String {
        let hash = Hex.encode(SHA256.digest(Array(body.utf8)))
        let claims =
            #"{"iss":"Vonage","iat":\#(Fixture.second),"payload_hash":"\#(hash)","#
            + #""api_key":"\#(account)","application_id":"\#(Fixture.applicationID)"}"#
        return "Bearer " + JWT.sign(claims: Array(claims.utf8), hs256: secret)
    }

    @Test("With a secret, a wrong signature is 401, a missing one 503, and a right one taken")
    func signatures() async throws {
        try await withCall(signs: true) { world, id async throws in
            let path = path(world, .event, id)
            func status(_ body: String, _ authorization: String?) async -> Int {
                await world.judge.deliver(webhook(path, body, authorization: authorization)).status
            }
            #expect(await status(answered, nil) == 503)
            #expect(await status(answered, "") == 503)
            #expect(await status(answered, "Bearer a.b.c") == 401)
            #expect(await status(answered, signed(answered, secret: Array("other".utf8))) == 401)
            #expect(await status(answered, signed("{}")) == 401)
            #expect(await status(answered, signed(answered, account: "other")) == 401)
            // The signature comes before what is in the body.
            #expect(await status("hello", "Bearer a.b.c") == 401)
            #expect(await status("hello", signed("hello")) == 400)
            #expect(try await stage(world, id) == .started)
            #expect(await status(answered, signed(answered)) == 204)
            #expect(try await stage(world, id) == .answered)
            // The key comes before the signature.
            let forged = webhook("/v1/event/\(id)/\(String(repeating: "0", count: 32))?leg=1")
            #expect(await world.judge.deliver(forged).status == 404)
            world.judge.replace([:])
            #expect(await status(answered, nil) == 204)
        }
    }

    @Test("Events of the application are 404 without a secret")
    func applicationEventsUnsigned() async throws {
        let world = try EngineWorld()
        let fault = webhook("/v1/events", "{}", authorization: signed("{}"))
        #expect(await world.judge.deliver(fault).status == 404)
    }

    @Test("With one they are judged as other webhooks are, and find their call")
    func applicationEvents() async throws {
        try await withCall(signs: true) { world, _ in
            func status(_ body: String, _ authorization: String?) async -> Int {
                let request = webhook("/v1/events", body, authorization: authorization)
                return await world.judge.deliver(request).status
            }
            #expect(await status("{}", nil) == 503)
            #expect(await status("{}", "Bearer a.b.c") == 401)
            #expect(await status("hello", signed("hello")) == 400)
            #expect(await status("{}", signed("{}")) == 204)
            for conversation in ["CON-1", "CON-other"] {
                let body = #"{"reason":"No.","conversation_uuid":"\#(conversation)"}"#
                #expect(await status(body, signed(body)) == 204)
            }
        }
    }

    @Test(
        "An error event finds its call by conversation or uuid, and speaks for its profile alone",
        arguments: [
            (#""conversation_uuid":"CON-1""#, "default", true), (#""uuid":"leg""#, "default", true),
            (#""conversation_uuid":"CON-x","uuid":"leg""#, "default", true),
            (#""conversation_uuid":"CON-1""#, "other", false),
            (#""uuid":"other""#, "default", false),
        ]
    )
    func errorEvent(named: String, profile: String, isTaken: Bool) async throws {
        try await withCall(signs: true) { world, id in
            let event = path(world, .event, id)
            let known = webhook(event, answered, authorization: signed(answered))
            #expect(await world.judge.deliver(known).status == 204)
            let secret = Array("the secret of this event".utf8)
            let signature = WebhookSignature(
                secrets: [secret],
                applicationID: Fixture.applicationID
            )
            world.judge.replace([profile: signature])
            let body = "{\"reason\":\"Bad NCCO.\",\(named)}"
            let fault = webhook("/v1/events", body, authorization: signed(body, secret: secret))
            #expect(await world.judge.deliver(fault).status == 204)
            let detail = try await world.engine.call(id)?.progress.detail
            #expect((detail == "Bad NCCO.") == isTaken)
        }
    }
}
