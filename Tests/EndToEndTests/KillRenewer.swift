import NexmoSimulator
import PromptCallAPI
import TTRPC

/// Whoever gave credentials with a call: after each restart it submits what has not ended again,
/// for the daemon has forgotten them.
struct KillRenewer: Sendable {
    let world: KillWorld

    /// Goes on until it is cancelled.
    func run() async throws {
        var random = SeededRandom(seed: self.world.plan.seed &* 37)
        let client = self.world.client()
        do {
            var lives = KillWorld.Lives()
            while true {
                try await self.world.nextLife(after: lives)
                lives = self.world.lives.value
                try await self.renew(client, using: &random)
            }
        } catch {
            await client.close()
            throw error
        }
    }

    private func renew(_ client: TTRPCClient, using random: inout SeededRandom) async throws {
        let ledger = self.world.ledger.value
        let unfinished = ledger.orders.values.filter { order in
            order.hasOwnCredentials && !order.isForsaken && !order.tids.isEmpty
                && ledger.ended.isDisjoint(with: order.tids)
        }
        for order in unfinished.sorted(by: { $0.requestID < $1.requestID }) {
            let jwt = try self.world.jwt(using: &random)
            let request = order.request(callback: self.world.callbackURL, jwt: jwt)
            let response = try await self.world.persist(client) { try await $0.submit(request) }
            self.world.ledger.update { $0.accepted(order, response) }
        }
    }
}
