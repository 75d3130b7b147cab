import NexmoSimulator
import PromptCallAPI
import TTRPC

/// A program that submits calls, and some of them again, cancels some and waits for some.
struct KillSubmitter: Sendable {
    let number: Int
    let world: KillWorld

    /// Goes on until no more calls are wanted, and brings its last one to an answer.
    func run() async throws {
        let client = self.world.client()
        do {
            try await withThrowingDiscardingTaskGroup { group in
                try await self.submitAll(client, in: &group)
            }
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// Submits one order after the other; what else becomes of each goes on beside.
    private func submitAll(
        _ client: TTRPCClient,
        in group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        var random = SeededRandom(seed: self.world.plan.seed &* 31 &+ UInt64(self.number))
        let plan = self.world.plan
        while try await self.mayGoOn() {
            let order = self.world.ledger.update { ledger in
                ledger.add { KillOrder(serial: $0, plan: plan, using: &random) }
            }
            let tid =
                Int.random(in: 0..<100, using: &random) < 10
                ? try await self.submitTwice(order, client, using: &random)
                : try await self.submit(order, client, using: &random)
            let seed = random.next()
            group.addTask {
                var random = SeededRandom(seed: seed)
                try await self.follow(order, tid, client, using: &random)
            }
        }
    }

    /// Waits for room; false when no more calls are wanted.
    private func mayGoOn() async throws -> Bool {
        let openMax = self.world.plan.openCallsMax
        try await self.world.ledger.wait { $0.open < openMax || $0.isClosed }
        return !self.world.ledger.read { $0.isClosed }
    }

    /// Does with some calls what callers do.
    private func follow(
        _ order: KillOrder,
        _ tid: String,
        _ client: TTRPCClient,
        using random: inout SeededRandom
    ) async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<15: _ = try await self.submit(order, client, using: &random)
        case ..<22: try await self.cancel(order, tid, at: nil, client)
        case ..<30: try await self.cancel(order, tid, at: .ringing, client)
        case ..<40: try await self.wait(for: order, tid, client)
        default: break
        }
    }

    private func submit(
        _ order: KillOrder,
        _ client: TTRPCClient,
        using random: inout SeededRandom
    ) async throws -> String {
        let response = try await self.world.persist(client) { calls in
            // Another JWT in each try, which is the same request all the same.
            let jwt = try self.world.jwt(using: &random)
            return try await calls.submit(
                order.request(callback: self.world.callbackURL, jwt: jwt)
            )
        }
        self.world.ledger.update { $0.accepted(order, response) }
        return response.tid
    }

    /// Submits an order twice in one batch.
    private func submitTwice(
        _ order: KillOrder,
        _ client: TTRPCClient,
        using random: inout SeededRandom
    ) async throws -> String {
        let response = try await self.world.persist(client) { calls in
            var batch = Promptcall_V1_SubmitBatchRequest()
            for _ in 1...2 {
                let jwt = try self.world.jwt(using: &random)
                batch.calls.append(order.request(callback: self.world.callbackURL, jwt: jwt))
            }
            return try await calls.submitBatch(batch)
        }
        for entry in response.entries {
            switch entry.result {
            case .accepted(let accepted):
                self.world.ledger.update { $0.accepted(order, accepted) }
            case .rejected(let info):
                self.world.ledger.update {
                    $0.fault("\(order.requestID) was refused in a batch: \(info.reason)")
                }
            case nil:
                self.world.ledger.update { $0.fault("\(order.requestID): an empty entry") }
            }
        }
        return response.entries.first?.accepted.tid ?? ""
    }

    /// Cancels a call, at once or when it has come to a stage.
    private func cancel(
        _ order: KillOrder,
        _ tid: String,
        at stage: Promptcall_V1_Stage?,
        _ client: TTRPCClient
    ) async throws {
        if let stage {
            _ = try await self.world.persist(client) { calls in
                try await calls.reached(stage, tid, within: 300)
            }
        }
        self.world.ledger.update { $0.note(order) { $0.isCancelWanted = true } }
        var request = Promptcall_V1_CancelRequest()
        request.tid = tid
        let wanted = request
        let reply = try await self.world.persist(client) { try await $0.cancel(wanted) }
        self.world.ledger.update { $0.note(order) { $0.cancelReply = reply } }
    }

    private func wait(
        for order: KillOrder,
        _ tid: String,
        _ client: TTRPCClient
    ) async throws {
        let reply = try await self.world.persist(client) { calls in
            try await calls.reached(.ended, tid, within: 300)
        }
        self.world.ledger.update { $0.note(order) { $0.waitReply = reply } }
    }
}
