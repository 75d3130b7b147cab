import TTRPC

/// Why a stream of events ended, as far as following it on is concerned.
enum StreamEnd: Equatable, Sendable {
    /// The daemon went away and may come back.
    case outage
    /// The daemon refused, another reader took over the name, or something here failed.
    case failure

    /// Judges what a stream threw; nothing where the daemon ended it without an error.
    init(_ error: (any Error)?) {
        self =
            switch error {
            case nil: .outage
            case let error as RPCError: error.code == .unavailable ? .outage : .failure
            case let error as TTRPCError: Self.connecting(error.code)
            default: .failure
            }
    }

    private static func connecting(_ code: TTRPCError.Code) -> Self {
        switch code {
        case .notListening, .cannotConnect: .outage
        case .socketPathTooLong, .socketInUse, .notASocket, .cannotListen, .notPermitted,
            .clientClosed:
            .failure
        }
    }
}
