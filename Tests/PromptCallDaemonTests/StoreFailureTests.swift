import CallEngine
import EngineTestSupport
import Foundation
import NexmoVoice
import PromptCallAPI
import PromptCallCore
import SQLiteCallStore
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallDaemon

/// A real store that fails, pauses and is copied, seen over a real socket and real HTTP.
@Suite("A daemon over its store", .timeLimit(.minutes(2)))
struct StoreFailureTests {
    /// Gives a body a directory that is gone behind it.
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("promptcall-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: url) }
        try await body(url.path)
    }

    private func request(
        _ requestID: String = "",
        to number: String = "447700900123"
    ) -> Promptcall_V1_SubmitRequest {
        Fixture.request { request in
            request.to = number
            request.requestID = requestID
        }
    }

    private func refusal(_ body: () async throws -> some Any) async throws -> Refusal? {
        try await Refusal.of(body)
    }

    /// Places calls, and returns those that have come to be live.
    private func live(_ count: Int, _ calls: CallsClient) async throws -> [CallID] {
        var batch = Promptcall_V1_SubmitBatchRequest()
        batch.calls = (0..<count).map { self.request(to: "\(447_700_910_000 + $0)") }
        let entries = try await calls.submitBatch(batch).entries
        for entry in entries {
            var wait = Promptcall_V1_WaitRequest()
            wait.tid = entry.accepted.tid
            wait.until = .started
            _ = try await calls.wait(wait)
        }
        return entries.compactMap { CallID($0.accepted.tid) }
    }

    /// A request that takes room for its words.
    private func long(
        _ requestID: String = "",
        to number: String = "447700900123"
    ) -> Promptcall_V1_SubmitRequest {
        var request = self.request(requestID, to: number)
        request.text = String(repeating: "Your code, please. ", count: 70)
        return request
    }

    /// Submits calls until one finds no room any more; returns how that was told.
    private func fill(_ calls: CallsClient) async throws -> RPCError? {
        for index in 0..<2000 {
            do {
                _ = try await calls.submit(self.long(to: "\(447_700_920_000 + index)"))
            } catch let error as RPCError {
                return error
            }
        }
        return nil
    }

    @Test("While the disk is full nothing is half done, reading goes on, and it recovers by itself")
    func fullDisk() async throws {
        try await self.withDirectory { directory in
            let world = try StoreWorld(directory: "\(directory)/data")
            try await world.run { client, port in
                let calls = CallsClient(client)
                let ids = try await self.live(60, calls)
                try await world.store.limitPages(1)
                let refused = try #require(try await self.fill(calls))
                let down = Refusal(.unavailable, "STORE_UNAVAILABLE")
                #expect(Refusal(refused) == down)
                #expect(refused.info.retryAfter.seconds == 1)

                // All at once they are more than what room is left.
                let answered = #"{"uuid":"leg","status":"answered"}"#
                let failed = try await withThrowingTaskGroup { group in
                    for id in ids {
                        group.addTask {
                            (id, try await world.post(answered, .event, of: id, port: port))
                        }
                    }
                    return try await group.reduce(into: [CallID]()) { failed, answer in
                        #expect([204, 503].contains(answer.1))
                        if answer.1 == 503 { failed.append(answer.0) }
                    }
                }
                let id = try #require(failed.first)
                let again = try await self.refusal {
                    try await calls.submit(self.long("r-1"))
                }
                #expect(again == down)
                var get = Promptcall_V1_GetRequest()
                get.tid = "\(id)"
                var wait = Promptcall_V1_WaitRequest()
                wait.tid = "\(id)"
                wait.until = .started
                #expect(try await calls.get(get).stage == .started)
                #expect(try await calls.wait(wait).stage == .started)
                #expect(try await !calls.list(.init()).calls.isEmpty)

                // It goes on with the next commit, without anybody's doing.
                try await world.store.limitPages(1_000_000)
                let later = try await calls.submit(self.long("r-1"))
                #expect(!later.existed)
                #expect(try await world.post(answered, .event, of: id, port: port) == 204)
                #expect(try await calls.get(get).stage == .answered)
                let input = #"{"uuid":"leg","dtmf":{"digits":"1234","timed_out":false}}"#
                #expect(
                    try await world.post(input, .input, turn: 1, of: id, port: port) == 200
                )
                #expect(try await calls.get(get).stage == .verified)
            }
        }
    }

    @Test("A pause holds over a restart, and Resume ends it for good")
    func pause() async throws {
        try await self.withDirectory { directory in
            let first = try StoreWorld(directory: "\(directory)/data")
            try await first.run { client, _ in
                let status = try await OperationsClient(client).pause(.init())
                #expect(status.stops.map(\.reason) == ["PAUSED"])
                #expect(try await CallsClient(client).submit(self.request()).existed == false)
            }
            let second = try StoreWorld(directory: "\(directory)/data")
            try await second.run { client, _ in
                #expect(second.engine.snapshot().isPaused)
                #expect(second.engine.snapshot().counters.stages == [.queued: 1])
                let status = try await OperationsClient(client).resume(.init())
                #expect(status.stops.isEmpty)
            }
            let third = try StoreWorld(directory: "\(directory)/data")
            try await third.run { _, _ in #expect(!third.engine.snapshot().isPaused) }
        }
    }

    @Test("A copy made while the daemon runs starts paused, says so, and goes on at Resume")
    func backup() async throws {
        try await self.withDirectory { directory in
            let original = try StoreWorld(directory: "\(directory)/data")
            var backup = Promptcall_V1_BackupRequest()
            backup.directory = "\(directory)/copy"
            let request = backup
            try await original.run { client, _ in
                _ = try await OperationsClient(client).pause(.init())
                _ = try await CallsClient(client).submit(self.request())
                let made = try await OperationsClient(client).backup(request)
                #expect(made.directory == request.directory)
                let again = try await self.refusal {
                    try await OperationsClient(client).backup(request)
                }
                #expect(again == Refusal(.failedPrecondition, "BACKUP_REFUSED", "directory"))
                _ = try await OperationsClient(client).resume(.init())
            }
            let copy = try StoreWorld(directory: "\(directory)/copy")
            try await copy.run { client, _ in
                #expect(copy.engine.snapshot().isPaused)
                #expect(copy.log.lines.contains { $0.hasPrefix("warning paused, for this is a") })
                #expect(copy.engine.snapshot().counters.stages == [.queued: 1])
                let status = try await OperationsClient(client).pause(.init())
                #expect(status.stops.map(\.reason) == ["RESTORED_COPY"])
                #expect(try await OperationsClient(client).resume(.init()).stops.isEmpty)
            }
        }
    }

    @Test("A sound store passes its check; one that is closing ends it")
    func check() async throws {
        try await self.withDirectory { directory in
            let world = try StoreWorld(directory: "\(directory)/data")
            let check = StoreCheck(
                store: world.store,
                engine: world.engine,
                logger: world.log.logger
            )
            try await world.run { client, _ in
                _ = try await CallsClient(client).submit(self.request())
                await check.run()
                #expect(world.log.lines.contains { $0.hasPrefix("info store checked") })
            }
            await check.run()
            #expect(world.log.lines.contains { $0.hasPrefix("warning store not checked") })
            #expect(world.engine.snapshot().damage == nil)
        }
    }
}
