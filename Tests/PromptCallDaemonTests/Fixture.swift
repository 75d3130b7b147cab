import Cryptography
import DaemonConfiguration
import PromptCallAPI
import PromptCallCore
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallDaemon

/// A configuration with several callers, and what tests make of it.
enum Fixture {
    static let now = Timestamp(milliseconds: 1_772_442_845_250)
    static var second: Int64 { self.now.milliseconds / 1000 }
    static let key = SealingKey(bytes: Array(repeating: 7, count: SealingKey.length))
    static let daemonUID: UInt32 = 900
    /// Of the profile `default`.
    static let applicationID = "684027bc-a2e7-48b1-b4bd-adc02324e09c"

    /// Users of the configuration's callers.
    enum User: UInt32 {
        /// Everything but other callers' calls.
        case alice = 1001
        /// Submits and reads, with the profile `default` alone, and has no callbacks.
        case bob = 1002
        /// Reads everybody's calls.
        case auditor = 1003
        /// Two submits a second.
        case slow = 1004
        /// Two calls queued.
        case small = 1005
        /// May do nothing.
        case nobody = 1006
        /// Reads alone.
        case reader = 1007
        /// Operates the daemon.
        case boss = 1008
    }

    static func configuration() throws -> DaemonConfiguration {
        try DaemonConfiguration.load(
            flags: FlagValues(configPath: "promptcall.yaml"),
            environment: [:]
        ) { _ in self.file }
    }

    private static let file = """
        nexmo: {url: "http://127.0.0.1:9191"}
        profiles:
          default:
            application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c
            private-key-file: /etc/promptcall/private.key
            account: abcd1234
            from: "14155550101"
          bare:
            application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09d
            private-key-file: /etc/promptcall/bare.key
          other:
            application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09e
            private-key-file: /etc/promptcall/other.key
            from: "14155550102"
        callers:
          - {name: alice, uid: 1001, may: [submit, read, digits, own-credentials],
             profiles: [default, bare], callback-hosts: ["*.billing.internal", "198.51.100.7"]}
          - {name: bob, uid: 1002, may: [submit, read], profiles: [default]}
          - {name: auditor, uid: 1003, may: [submit, read, read-all], profiles: [default]}
          - {name: slow, uid: 1004, may: [submit], profiles: [default], submits-per-second: 2}
          - {name: small, uid: 1005, may: [submit], profiles: [default], queued-max: 2}
          - {name: nobody, uid: 1006, may: [], profiles: []}
          - {name: reader, uid: 1007, may: [read], profiles: []}
          - {name: boss, uid: 1008, may: [admin], profiles: []}
        guard:
          allow-prefixes: ["1", "44"]
          deny-prefixes: ["44870"]
          per-number: 100000/1m
          per-prefix: 100000/1m
          exempt-callers: [pager]
        """

    static func caller(_ user: User) throws -> Caller {
        let callers = Callers(try self.configuration(), daemonUID: self.daemonUID) { self.now }
        return try callers.caller(self.peer(user))
    }

    static func peer(_ user: User) -> PeerCredentials {
        PeerCredentials(userID: user.rawValue, groupID: user.rawValue, processID: 1)
    }

    static func context(_ user: User) -> TTRPCContext {
        TTRPCContext(
            peer: self.peer(user),
            method: TTRPCMethod(service: "promptcall.v1.Calls", name: "Any", kind: .unary)
        )
    }

    /// A request that asks for a PIN.
    static func request(
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void = { _ in }
    ) -> Promptcall_V1_SubmitRequest {
        var request = Promptcall_V1_SubmitRequest()
        request.to = "447700900123"
        request.text = "Your code, please."
        request.pinCode = "1234"
        change(&request)
        return request
    }

    /// The same, that collects digits.
    static func collecting(
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void = { _ in }
    ) -> Promptcall_V1_SubmitRequest {
        self.request { request in
            request.pinCode = ""
            request.maxDigits = 4
            change(&request)
        }
    }

    static func read(
        _ request: Promptcall_V1_SubmitRequest,
        as user: User = .alice,
        now: Timestamp = Fixture.now
    ) throws -> SubmitReader.Order {
        try SubmitReader(
            request: request,
            caller: try self.caller(user),
            loaded: LoadedConfiguration(try self.configuration()),
            now: now
        ).read()
    }

    /// A JWT as a caller would make it, but for its signature.
    static func token(expiresIn seconds: Int64) -> String {
        let header = Base64URL.encode(Array(#"{"alg":"RS256"}"#.utf8))
        let claims = #"{"application_id":"app-own","exp":\#(self.second + seconds)}"#
        return "\(header).\(Base64URL.encode(Array(claims.utf8))).c2ln"
    }
}
