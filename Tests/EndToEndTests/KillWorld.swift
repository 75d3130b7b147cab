import Cryptography
import Foundation
import NexmoSimulator
import PromptCallAPI
import TTRPC

/// What all parts of a kill test share: the daemon that dies and comes back, and what was told.
struct KillWorld: Sendable {
    /// The daemon's lives.
    struct Lives: Sendable {
        /// How often it became ready.
        var readies = 0
        /// How often it was about to be killed.
        var kills = 0
        /// How often it was gone then.
        var deaths = 0
        /// Whether the one that is ready is killed no more.
        var isLast = false
    }

    let plan: KillPlan
    let lab: Lab
    /// Where results are sent.
    let callbackURL: String
    let lives = Watched(Lives())
    let ledger = Watched(KillLedger())
    private let tokenKey: RSAPrivateKey

    init(plan: KillPlan, lab: Lab, callbackURL: String) throws {
        self.plan = plan
        self.lab = lab
        self.callbackURL = callbackURL
        self.tokenKey = try RSAPrivateKey(pem: String(contentsOf: lab.privateKey, encoding: .utf8))
    }

    /// A client of whatever daemon is alive.
    func client() -> TTRPCClient {
        TTRPCClient(configuration: TTRPCClientConfiguration(socketPath: self.lab.socket))
    }

    /// A JWT as a caller makes it, another one each time.
    func jwt(using random: inout SeededRandom) throws -> String {
        let now = WallClock.system.now.seconds
        let claims: JSON = [
            "application_id": .string(Lab.application), "jti": .string("\(random.next())"),
            "iat": .integer(now), "exp": .integer(now + 3600),
        ]
        return try JWT.sign(claims: claims.bytes, rs256: self.tokenKey)
    }

    /// Asks the daemon until one lives long enough to answer.
    func persist<Answer>(
        _ client: TTRPCClient,
        _ ask: (CallsClient) async throws -> Answer
    ) async throws -> Answer {
        while true {
            let lives = self.lives.value
            self.ledger.update { $0.requests += 1 }
            do {
                return try await ask(CallsClient(client))
            } catch {
                guard Self.isCutOff(error), !lives.isLast else { throw error }
            }
            self.ledger.update { $0.cutOff += 1 }
            try await self.nextLife(after: lives)
        }
    }

    /// Returns when another daemon than at that time is ready.
    func nextLife(after lives: Lives) async throws {
        try await self.lives.wait { $0.readies > lives.readies }
    }

    /// Whether an error is what a kill makes of a request.
    static func isCutOff(_ error: any Error) -> Bool {
        switch error {
        case let error as RPCError: error.code == .unavailable
        case let error as TTRPCError: [.notListening, .cannotConnect].contains(error.code)
        default: false
        }
    }

    /// Does something that ends with the test, and notes why where it ends before.
    func noting(_ who: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
            // The test is over.
        } catch {
            self.ledger.update { $0.fault("\(who) stopped: \(error)") }
        }
    }
}
