import NexmoSimulator
import PromptCallAPI
import TTRPC

/// A program that follows the events, through kills and changes of mind.
struct KillSubscriber: Sendable {
    /// Who remembers how far it came.
    enum Memory: Equatable, Sendable {
        /// It keeps the cursor itself.
        case own
        /// The daemon does, under a name, as far as was acknowledged.
        case named(String)
    }

    let number: Int
    let memory: Memory
    /// The kinds it wants; none: ENDED alone.
    let kinds: [Promptcall_V1_EventKind]
    let world: KillWorld
    let trace = Watched(KillTrace())

    /// Events that a named one is sent ahead of what it acknowledged.
    private static let unackedMax: UInt32 = 8
    /// Every kind there is.
    static let allKinds = Promptcall_V1_EventKind.allCases.filter { $0 != .unspecified }

    /// Goes on until it is cancelled.
    func run() async throws {
        var random = SeededRandom(seed: self.world.plan.seed &* 41 &+ UInt64(self.number))
        let client = self.world.client()
        var cursor: String?
        do {
            while true {
                let lives = self.world.lives.value
                do {
                    try await self.follow(CallsClient(client), lives, &cursor, using: &random)
                } catch {
                    guard KillWorld.isCutOff(error) else { throw error }
                    try await self.world.nextLife(after: lives)
                }
            }
        } catch {
            await client.close()
            throw error
        }
    }

    /// Follows one stream until it is cut off, or until its reader has had enough for now.
    private func follow(
        _ calls: CallsClient,
        _ lives: KillWorld.Lives,
        _ cursor: inout String?,
        using random: inout SeededRandom
    ) async throws {
        try await calls.subscribe { requests, responses in
            try await requests.send(self.start(after: cursor))
            self.trace.update {
                $0.begin(killsBefore: lives.kills == lives.deaths ? lives.kills : nil)
            }
            var left = Int.random(in: 1...200, using: &random)
            var unacknowledged = 0
            var acknowledgesAt = Int.random(in: 1...5, using: &random)
            while let response = try await responses.next() {
                switch response.kind {
                case .heartbeat(let heartbeat):
                    cursor = heartbeat.cursor
                    continue
                case .event(let event):
                    cursor = event.cursor
                    self.take(event)
                case nil:
                    continue
                }
                left -= 1
                unacknowledged += 1
                if left == 0 { requests.finish() }
                guard self.memory != .own, left > 0, unacknowledged >= acknowledgesAt else {
                    continue
                }
                var acknowledgement = Promptcall_V1_SubscribeRequest()
                acknowledgement.ack.cursor = cursor ?? ""
                // Noted before it is sent: it may count although the stream is cut off.
                self.trace.update { $0.acknowledgeAll() }
                do {
                    try await requests.send(acknowledgement)
                } catch let error as RPCError where error.code == .cancelled {
                    // The stream is over; reading on says why.
                }
                unacknowledged = 0
                acknowledgesAt = Int.random(in: 1...5, using: &random)
            }
            self.trace.update { $0.finish() }
        }
    }

    private func take(_ event: Promptcall_V1_Event) {
        let kills = self.world.lives.read { $0.kills }
        self.trace.update { $0.add(event, kills: kills) }
        // The first of all tells the others what has ended.
        if self.number == 0 { self.world.ledger.update { $0.told(event) } }
    }

    private func start(after cursor: String?) -> Promptcall_V1_SubscribeRequest {
        var request = Promptcall_V1_SubscribeRequest()
        request.start.kinds = self.kinds
        switch (self.memory, cursor) {
        case (.own, .some(let cursor)):
            request.start.after = cursor
        case (.own, nil):
            request.start.position = .earliest
        case (.named(let name), _):
            request.start.position = .earliest
            request.start.name = name
            request.start.maxUnacked = Self.unackedMax
        }
        return request
    }
}
