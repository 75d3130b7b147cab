import CallEngine
import EngineTestSupport
import NexmoVoice
import PromptCallAPI
import PromptCallCore
import SwiftProtobuf
import TTRPC
import Testing
import WebhookSidecar

@testable import PromptCallDaemon

@Suite("The Calls service")
struct CallsHandlerTests {
    private typealias User = Fixture.User

    private func submit(
        _ world: EngineWorld,
        as user: User = .alice,
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void = { _ in }
    ) async throws -> Promptcall_V1_SubmitResponse {
        try await world.handler.submit(Fixture.request(change), context: Fixture.context(user))
    }

    private func get(
        _ world: EngineWorld,
        _ tid: String,
        as user: User = .alice
    ) async throws -> Promptcall_V1_Call {
        var request = Promptcall_V1_GetRequest()
        request.tid = tid
        return try await world.handler.get(request, context: Fixture.context(user))
    }

    private func cancel(
        _ world: EngineWorld,
        _ tid: String,
        as user: User = .alice
    ) async throws -> Promptcall_V1_Call {
        var request = Promptcall_V1_CancelRequest()
        request.tid = tid
        return try await world.handler.cancel(request, context: Fixture.context(user))
    }

    private func wait(
        _ world: EngineWorld,
        _ tid: String,
        until stage: Promptcall_V1_Stage = .unspecified,
        as user: User = .alice
    ) async throws -> Promptcall_V1_Call {
        var request = Promptcall_V1_WaitRequest()
        request.tid = tid
        request.until = stage
        return try await world.handler.wait(request, context: Fixture.context(user))
    }

    private func list(
        _ world: EngineWorld,
        as user: User = .alice,
        _ change: (inout Promptcall_V1_ListRequest) -> Void = { _ in }
    ) async throws -> Promptcall_V1_ListResponse {
        var request = Promptcall_V1_ListRequest()
        change(&request)
        return try await world.handler.list(request, context: Fixture.context(user))
    }

    private func refusal(_ body: () async throws -> some Any) async throws -> Refusal? {
        try await Refusal.of(body)
    }

    // MARK: - Who may

    @Test("A Submit is durable, and the call can be read by who submitted it")
    func submitted() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let response = try await submit(world) { $0.labels = ["a": "1"] }
            #expect(!response.existed)
            let id = try #require(CallID(response.tid))
            let stored = try world.store.with { store throws(StoreError) in store.calls[id] }
            #expect(stored?.caller == "alice")
            #expect(stored?.expected.map(\.keys) == ["1234"])
            let call = try await get(world, response.tid)
            #expect(call.tid == response.tid)
            #expect(call.stage == .queued)
            #expect(call.labels == ["a": "1"])
            #expect(try await get(world, response.tid.uppercased()).tid == response.tid)
        }
    }

    @Test("A voice that is not known is taken with a warning, also in a batch and again")
    func voiceWarnings() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let strange = Fixture.request {
                $0.voice.language = "xx-yy"
                $0.requestID = "r-1"
            }
            let warning =
                "voice.language: xx-YY is not in the list of Nexmo's languages; Nexmo may end the "
                + "call over it."
            for existed in [false, true] {
                let response = try await world.handler.submit(
                    strange,
                    context: Fixture.context(.alice)
                )
                #expect(response.existed == existed)
                #expect(response.warnings == [warning])
            }
            let batch = try await world.handler.submitBatch(
                .with {
                    $0.calls = [
                        Fixture.request { $0.to = "no number" },
                        Fixture.request { $0.voice.language = "zh-cn" },
                        Fixture.request {
                            $0.voice.language = "en-GB"
                            $0.voice.style = 9
                            $0.byeText = "<speak>Bye</speak>"
                        },
                    ]
                },
                context: Fixture.context(.alice)
            )
            #expect(batch.entries.map(\.accepted.warnings.count) == [0, 0, 1])
            let id = try #require(CallID(batch.entries[1].accepted.tid))
            #expect(try await world.engine.call(id)?.terms.voice.language == "cmn-CN")
        }
    }

    @Test("What is refused is not stored")
    func nothingStored() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) { () async throws in
            #expect(try await refusal { try await submit(world) { $0.to = "" } } == .invalid("to"))
            #expect(try world.storedCalls == 0)
        }
    }

    @Test("Each method needs its permission")
    func permissions() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let tid = try await submit(world).tid
            let denied = Refusal(.permissionDenied, "NOT_PERMITTED")
            for user in [User.reader, .nobody] {
                #expect(try await refusal { try await submit(world, as: user) } == denied)
                #expect(try await refusal { try await cancel(world, tid, as: user) } == denied)
                let batch = try await refusal {
                    try await world.handler.submitBatch(.init(), context: Fixture.context(user))
                }
                #expect(batch == denied)
            }
            for user in [User.slow, .nobody] {
                #expect(try await refusal { try await get(world, tid, as: user) } == denied)
                #expect(try await refusal { try await wait(world, tid, as: user) } == denied)
                #expect(try await refusal { try await list(world, as: user) } == denied)
            }
            var stranger = Fixture.context(.alice)
            stranger.peer.userID = 4711
            let unknown = try await refusal {
                try await world.handler.submit(Fixture.request(), context: stranger)
            }
            #expect(unknown == Refusal(.permissionDenied, "UNKNOWN_CALLER"))
        }
    }

    @Test("Another caller's tid is not found, but for who may read all")
    func foreignCalls() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let tid = try await submit(world).tid
            let missing = Refusal(.notFound, "NO_SUCH_CALL", "tid")
            for unknown in ["no tid", CallID(high: 1, low: 2).description] {
                #expect(try await refusal { try await get(world, unknown) } == missing)
            }
            #expect(try await refusal { try await get(world, "") } == .invalid("tid"))
            #expect(try await refusal { try await get(world, tid, as: .bob) } == missing)
            #expect(try await refusal { try await wait(world, tid, as: .bob) } == missing)
            #expect(try await refusal { try await cancel(world, tid, as: .bob) } == missing)
            #expect(try await get(world, tid).stage == .queued)
            #expect(try await get(world, tid, as: .auditor).caller == "alice")
        }
    }

    // MARK: - How much and where to

    @Test("The guard's prefixes say where to")
    func guardPrefixes() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let denied = Refusal(.permissionDenied, "GUARD_PREFIX", "to")
            for to in ["448701234567", "33123456789"] {
                #expect(try await refusal { try await submit(world) { $0.to = to } } == denied)
            }
            #expect(try world.storedCalls == 0)
            _ = try await submit(world) { $0.to = "14155550123" }
        }
    }

    @Test("The guard's rates and its breaker name their rule; a repeated request is answered")
    func guardRates() async throws {
        let world = try EngineWorld()
        let profiles = DaemonParts.profiles(try Fixture.configuration())
        let hour = Duration.seconds(3600)
        let rules = GuardRules(
            prefixes: PrefixRules(allowed: [""]),
            perNumber: GuardRules.Rate(count: 1, period: hour),
            perRange: GuardRules.Rate(count: 2, period: hour)
        )
        try await world.run(places: false) {
            world.engine.reconfigure(profiles, guardRules: rules)
            let first = try await submit(world) { $0.requestID = "one" }
            let number = Refusal(.resourceExhausted, "GUARD_PER_NUMBER", "to")
            #expect(try await refusal { try await submit(world) } == number)
            let second = try await refusal { try await submit(world) { $0.requestID = "two" } }
            #expect(second == number)
            let again = try await submit(world) { $0.requestID = "one" }
            #expect(again.existed)
            #expect(again.tid == first.tid)
            var batch = Promptcall_V1_SubmitBatchRequest()
            batch.calls = [
                Fixture.request { $0.requestID = "one" }, Fixture.request(),
                Fixture.request { $0.to = "447700900124" },
                Fixture.request { $0.to = "447700900125" },
            ]
            let response = try await world.handler.submitBatch(
                batch,
                context: Fixture.context(.alice)
            )
            #expect(response.entries.map(\.accepted.existed) == [true, false, false, false])
            #expect(
                response.entries.map(\.rejected.reason) == [
                    "", "GUARD_PER_NUMBER", "", "GUARD_PER_PREFIX",
                ]
            )
            #expect(response.entries[3].rejected.retryAfter.seconds >= 3600)
            #expect(try world.storedCalls == 2)
        }
    }

    @Test("A call that would expire in the queue is refused, unless it is there already")
    func waitTooLong() async throws {
        let world = try EngineWorld()
        let expiry = Google_Protobuf_Timestamp(Fixture.now + .seconds(2))
        try await world.run(places: false) {
            // Three calls a second.
            for index in 0..<7 {
                _ = try await submit(world) { request in
                    request.to = "44770090020\(index)"
                    request.requestID = "call-\(index)"
                    request.expiresAt = expiry
                }
            }
            let tooLong = Refusal(.resourceExhausted, "WAIT_TOO_LONG", "expires_at")
            let refused = try await refusal { try await submit(world) { $0.expiresAt = expiry } }
            #expect(refused == tooLong)
            let again = try await submit(world) { request in
                request.to = "447700900203"
                request.requestID = "call-3"
                request.expiresAt = expiry
            }
            #expect(again.existed)
            let patient = try await submit(world)
            #expect(patient.expectedWait == Google_Protobuf_Duration(.milliseconds(2333)))
        }
    }

    @Test("submits-per-second is kept in any second")
    func submitRate() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            for _ in 0..<2 { _ = try await submit(world, as: .slow) }
            do {
                _ = try await submit(world, as: .slow)
                Issue.record("The third is taken.")
            } catch let error as RPCError {
                #expect(Refusal(error) == Refusal(.resourceExhausted, "SUBMIT_RATE"))
                #expect(error.info.retryAfter.seconds >= 1)
            }
            _ = try await submit(world)
            world.clock.advance(by: .milliseconds(1100))
            _ = try await submit(world, as: .slow)
        }
    }

    @Test("queued-max is kept, also within a batch")
    func queuedMax() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            var batch = Promptcall_V1_SubmitBatchRequest()
            batch.calls = (0..<4).map { index in
                Fixture.request { $0.to = "44770090012\(index)" }
            }
            let response = try await world.handler.submitBatch(
                batch,
                context: Fixture.context(.small)
            )
            #expect(response.entries.map(\.accepted.tid.isEmpty) == [false, false, true, true])
            #expect(
                response.entries.map(\.rejected.reason) == ["", "", "QUEUE_FULL", "QUEUE_FULL"]
            )
            #expect(try world.storedCalls == 2)
            do {
                _ = try await submit(world, as: .small)
                Issue.record("The third is taken.")
            } catch let error as RPCError {
                #expect(Refusal(error) == Refusal(.resourceExhausted, "QUEUE_FULL"))
                #expect(error.info.retryAfter.seconds >= 1)
            }
            // Who may read another's call may not end it.
            let tid = response.entries[0].accepted.tid
            #expect(
                try await refusal { try await cancel(world, tid, as: .auditor) }
                    == Refusal(.permissionDenied, "NOT_PERMITTED")
            )
            // One that leaves the queue makes room for another.
            _ = try await cancel(world, tid, as: .small)
            _ = try await submit(world, as: .small)
        }
    }

    // MARK: - Batches and retries

    @Test("A batch judges each entry alone and keeps the order")
    func batch() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            var batch = Promptcall_V1_SubmitBatchRequest()
            batch.calls = [
                Fixture.request { $0.to = "447700900001" }, Fixture.request { $0.to = "" },
                Fixture.request { $0.to = "447700900002" },
                Fixture.request { $0.to = "33123456789" },
                Fixture.request { $0.redial.maxRedials = 11 },
            ]
            let response = try await world.handler.submitBatch(
                batch,
                context: Fixture.context(.alice)
            )
            try #require(response.entries.count == 5)
            for (index, to) in [(0, "447700900001"), (2, "447700900002")] {
                #expect(try await get(world, response.entries[index].accepted.tid).to == to)
            }
            let rejected = [1, 3, 4].map { response.entries[$0].rejected }
            #expect(rejected.map(\.field) == ["to", "to", "redial.max_redials"])
            #expect(rejected.map(\.reason) == ["INVALID_FIELD", "GUARD_PREFIX", "INVALID_FIELD"])
            #expect(rejected.map(\.code) == [3, 7, 3])
            #expect(try world.storedCalls == 2)
        }
    }

    @Test("A batch has at most 1,000 entries")
    func batchSize() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            var batch = Promptcall_V1_SubmitBatchRequest()
            #expect(
                try await world.handler.submitBatch(batch, context: Fixture.context(.alice))
                    .entries.isEmpty
            )
            batch.calls = Array(repeating: Fixture.request(), count: 1001)
            let refused = try await refusal { [batch] in
                try await world.handler.submitBatch(batch, context: Fixture.context(.alice))
            }
            #expect(refused == .invalid("calls"))
            #expect(try world.storedCalls == 0)
        }
    }

    @Test("A request_id twice is one call; with another body it is refused")
    func requestID() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let first = try await submit(world) { $0.requestID = "r-1" }
            world.clock.advance(by: .seconds(30))
            let again = try await submit(world) { $0.requestID = "r-1" }
            #expect(again.tid == first.tid)
            #expect(again.existed && !first.existed)
            let other = try await refusal {
                try await submit(world) {
                    $0.requestID = "r-1"
                    $0.pinCode = "1235"
                }
            }
            #expect(other == Refusal(.alreadyExists, "REQUEST_ID_USED", "request_id"))
            let foreign = try await submit(world, as: .bob) { $0.requestID = "r-1" }
            #expect(foreign.tid != first.tid)
            #expect(try world.storedCalls == 2)
        }
    }

    @Test("A request_id twice in a batch is one call, and with another body the later is refused")
    func requestIDInBatch() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            var batch = Promptcall_V1_SubmitBatchRequest()
            batch.calls = [
                Fixture.request { $0.requestID = "r-1" }, Fixture.request { $0.requestID = "r-1" },
                Fixture.request {
                    $0.requestID = "r-1"
                    $0.pinCode = "1235"
                },
            ]
            let context = Fixture.context(.alice)
            let entries = try await world.handler.submitBatch(batch, context: context).entries
            let tid = entries[0].accepted.tid
            #expect(entries[1].accepted.tid == tid)
            #expect([entries[0].accepted.existed, entries[1].accepted.existed] == [false, true])
            let rejected = entries[2].rejected
            #expect(rejected.reason == "REQUEST_ID_USED")
            #expect(rejected.code == RPCError.Code.alreadyExists.rawValue)
            #expect(rejected.field == "request_id")
            #expect(rejected.message.contains(tid))
            #expect(try world.storedCalls == 1)
            // The whole batch again.
            let again = try await world.handler.submitBatch(batch, context: context).entries
            #expect(again.map(\.accepted.tid) == [tid, tid, ""])
            #expect(again.map(\.accepted.existed) == [true, true, false])
        }
    }

    @Test("A request_id in flight on two connections at once is one call")
    func requestIDInFlight() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let responses = try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask { try await submit(world) { $0.requestID = "r-1" } }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(responses.map(\.tid)).count == 1)
            #expect(responses.count { !$0.existed } == 1)
            #expect(try world.storedCalls == 1)
        }
    }

    @Test("A request_id may be used for something else a day after its call, which has ended")
    func requestIDLifetime() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let first = try await submit(world) { $0.requestID = "r-1" }
            _ = try await cancel(world, first.tid)
            world.clock.advance(by: .seconds(24 * 3600 - 1))
            let soon = try await submit(world) { $0.requestID = "r-1" }
            #expect(soon.tid == first.tid)
            world.clock.advance(by: .seconds(1))
            let late = try await submit(world) {
                $0.requestID = "r-1"
                $0.pinCode = "1235"
            }
            #expect(!late.existed)
            #expect(late.tid != first.tid)
        }
    }

    @Test("A Submit that is repeated with a fresh JWT is the same call")
    func repeatedWithFreshToken() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let first = try await submit(world) {
                $0.requestID = "r-1"
                $0.fromNumber = "14155550101"
                $0.credentials.jwt = Fixture.token(expiresIn: 1000)
            }
            world.clock.advance(by: .seconds(900))
            let again = try await submit(world) {
                $0.requestID = "r-1"
                $0.fromNumber = "14155550101"
                $0.credentials.jwt = Fixture.token(expiresIn: 3600)
            }
            #expect(again.existed)
            #expect(again.tid == first.tid)
        }
    }

    @Test("A Submit can be repeated when the queue is full, for it adds nothing to it")
    func repeatedWhenFull() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            var batch = Promptcall_V1_SubmitBatchRequest()
            batch.calls = (0..<2).map { index in
                Fixture.request { $0.requestID = "r-\(index)" }
            }
            batch.calls.append(batch.calls[1])
            let context = Fixture.context(.small)
            let entries = try await world.handler.submitBatch(batch, context: context).entries
            #expect(entries.map(\.accepted.existed) == [false, false, true])
            #expect(entries[2].accepted.tid == entries[1].accepted.tid)
            let again = try await submit(world, as: .small) { $0.requestID = "r-0" }
            #expect(again.existed)
            #expect(again.tid == entries[0].accepted.tid)
            let full = Refusal(.resourceExhausted, "QUEUE_FULL")
            #expect(
                try await refusal {
                    try await submit(world, as: .small) { $0.requestID = "r-2" }
                } == full
            )
            // Another caller's request_id is nothing to it.
            _ = try await submit(world) { $0.requestID = "r-3" }
            #expect(
                try await refusal {
                    try await submit(world, as: .small) { $0.requestID = "r-3" }
                } == full
            )
        }
    }

    @Test("A Submit can be repeated when its time is over")
    func repeatedWhenExpired() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let expiry = Google_Protobuf_Timestamp(Fixture.now + .seconds(60))
            let first = try await submit(world) {
                $0.requestID = "r-1"
                $0.expiresAt = expiry
            }
            world.clock.advance(by: .seconds(61))
            let again = try await submit(world) {
                $0.requestID = "r-1"
                $0.expiresAt = expiry
            }
            #expect(again.existed)
            #expect(again.tid == first.tid)
            for requestID in ["", "r-2"] {
                let refused = try await refusal {
                    try await submit(world) {
                        $0.requestID = requestID
                        $0.expiresAt = expiry
                    }
                }
                #expect(refused == .invalid("expires_at"))
            }
        }
    }

    @Test("Over a damaged store no Submit is taken, and that says what to do")
    func storeDamaged() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let tid = try await submit(world).tid
            world.engine.storeDamaged("*** in database main ***")
            do {
                _ = try await submit(world)
                Issue.record("It was taken.")
            } catch let error as RPCError {
                #expect(Refusal(error) == Refusal(.unavailable, "STORE_DAMAGED"))
                #expect(error.message.contains("restore the last backup"))
            }
            #expect(try await get(world, tid).stage == .queued)
        }
    }

    @Test("While the store cannot commit, a Submit is to be tried again")
    func storeDown() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            try world.store.with { store throws(StoreError) in store.isDown = true }
            let refused = try await refusal { try await submit(world) }
            #expect(refused == Refusal(.unavailable, "STORE_UNAVAILABLE"))
        }
    }

    // MARK: - Cancel and Wait

    @Test("Cancel ends a queued call, and a second time changes nothing")
    func cancelTwice() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let tid = try await submit(world).tid
            let call = try await cancel(world, tid)
            #expect(call.stage == .ended)
            #expect(call.status == .error)
            #expect(call.reason == .cancelled)
            #expect(try await cancel(world, tid) == call)
            #expect(try await wait(world, tid) == call)
        }
    }

    @Test("Wait returns at the stage that is asked for, or at the end")
    func waits() async throws {
        let world = try EngineWorld()
        try await world.run {
            let tid = try await submit(world) { $0.byeText = "Bye." }.tid
            let id = try #require(CallID(tid))
            #expect(try await wait(world, tid, until: .queued).tid == tid)
            #expect(try await wait(world, tid, until: .started).stage == .started)
            async let verified = wait(world, tid, until: .verified)
            async let ended = wait(world, tid)
            let url = world.urls.url(.input, of: id, leg: 1, turn: 1)
            let input = DeliveredWebhook(
                method: "POST",
                path: String(url.dropFirst("https://hooks.example".count)),
                headers: [:],
                body: Array(#"{"uuid":"leg","dtmf":{"digits":"1234","timed_out":false}}"#.utf8)
            )
            #expect(await world.judge.deliver(input).status == 200)
            #expect(try await verified.stage == .verified)
            let completed = DeliveredWebhook(
                method: "POST",
                path: String(
                    world.urls.url(.event, of: id, leg: 1)
                        .dropFirst("https://hooks.example".count)
                ),
                headers: [:],
                body: Array(#"{"uuid":"leg","status":"completed","price":"0.01"}"#.utf8)
            )
            #expect(await world.judge.deliver(completed).status == 204)
            let call = try await ended
            #expect(call.stage == .ended)
            #expect(call.reason == .pinMatched)
            // PINs are no collected digits.
            #expect(call.digits.isEmpty)
            let refused = try await refusal { try await wait(world, tid, until: .UNRECOGNIZED(8)) }
            #expect(refused == .invalid("until"))
        }
    }

    // MARK: - List

    @Test("List goes from the newest to the oldest, in pages")
    func pages() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            var tids: [String] = []
            for _ in 0..<5 { tids.append(try await submit(world).tid) }
            _ = try await submit(world, as: .bob)
            var seen: [String] = []
            var token = ""
            repeat {
                let page = try await list(world) { [token] in
                    $0.pageSize = 2
                    $0.pageToken = token
                }
                #expect(page.calls.count <= 2)
                seen += page.calls.map(\.tid)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(seen == tids.reversed())
            #expect(try await list(world).calls.count == 5)
            #expect(try await list(world).nextPageToken.isEmpty)
            let largest = try await list(world) { $0.pageSize = 1000 }
            #expect(largest.calls.count == 5)
            let over = try await refusal { try await list(world) { $0.pageSize = 1001 } }
            #expect(over == .invalid("page_size"))
            let token1 = try await refusal { try await list(world) { $0.pageToken = "x" } }
            #expect(token1 == .invalid("page_token"))
        }
    }

    @Test("A page that would be too large for a message is cut short, and goes on")
    func largePages() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            let labels = Dictionary(
                uniqueKeysWithValues: (0..<16).map {
                    ("k\($0)", String(repeating: "v", count: 256))
                }
            )
            var batch = Promptcall_V1_SubmitBatchRequest()
            batch.calls = Array(repeating: Fixture.request { $0.labels = labels }, count: 800)
            _ = try await world.handler.submitBatch(batch, context: Fixture.context(.alice))
            let first = try await list(world) { $0.pageSize = 1000 }
            #expect(try first.serializedData().count < 4 << 20)
            #expect(first.calls.count < 800)
            let second = try await list(world) {
                $0.pageSize = 1000
                $0.pageToken = first.nextPageToken
            }
            #expect(first.calls.count + second.calls.count == 800)
            #expect(second.nextPageToken.isEmpty)
        }
    }

    @Test("Who may read all sees all, and may ask for one caller's; others see their own")
    func callersInLists() async throws {
        let world = try EngineWorld()
        try await world.run(places: false) {
            for user in [User.alice, .bob, .bob] { _ = try await submit(world, as: user) }
            #expect(try await list(world).calls.count == 1)
            #expect(try await list(world, as: .auditor).calls.count == 3)
            let bobs = try await list(world, as: .auditor) { $0.filter.caller = "bob" }
            #expect(bobs.calls.map(\.caller) == ["bob", "bob"])
            #expect(try await list(world) { $0.filter.caller = "alice" }.calls.count == 1)
            let denied = try await refusal { try await list(world) { $0.filter.caller = "bob" } }
            #expect(denied?.code == .permissionDenied)
        }
    }
}
