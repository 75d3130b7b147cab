import Glibc
import PromptCallAPI
import SwiftProtobuf
import TTRPC

/// Why a command did not do what was asked, and the exit code that says so.
///
/// Carries no secret: neither what was given nor what a key file holds.
struct CommandFailure: Error, Hashable, Sendable {
    var status: ProgramStatus
    /// A name in UPPER_SNAKE_CASE for scripts: of google.rpc.Code where the daemon answered.
    var code: String
    /// For a person, in one sentence.
    var message: String
    /// The field at fault, as the API names it.
    var field = ""
    /// Finer than the code, such as `QUEUE_FULL`.
    var reason = ""
    /// When trying again can help.
    var retryAfter: Google_Protobuf_Duration?
    /// Where a subscription can begin whose cursor is too old.
    var oldestCursor = ""

    /// Arguments that were read well and still cannot be used.
    static func badArguments(_ message: String) -> Self {
        Self(status: .badArguments, code: "BAD_ARGUMENTS", message: message)
    }

    /// Something that should not happen.
    static func unexpected(_ message: String) -> Self {
        Self(status: .unexpected, code: "UNEXPECTED", message: message)
    }
}

extension CommandFailure {
    /// Translates whatever a command threw; the one place where that is done.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - socketPath: Where the daemon was looked for.
    init(_ error: any Error, socketPath: String) {
        switch error {
        case let failure as CommandFailure:
            self = failure
        case let error as RPCError:
            self.init(error)
        case let error as TTRPCError:
            self.init(connecting: error.code, message: error.message, socketPath: socketPath)
        case let error as OutputError:
            let reason = String(cString: strerror(error.errorNumber))
            self = .unexpected("Cannot write to standard output: \(reason).")
        case is CancellationError:
            self = .unexpected("It was cancelled.")
        default:
            self = .unexpected("\(error)")
        }
    }

    /// The daemon's answer.
    private init(_ error: RPCError) {
        let info =
            error.details.lazy
            // A detail of another type is none of ours.
            .compactMap { try? Promptcall_V1_ErrorInfo(unpackingAny: $0) }
            .first ?? Promptcall_V1_ErrorInfo()
        self.init(
            status: Self.exitStatus(error.code),
            code: Self.name(error.code),
            message: info.message.isEmpty ? error.message : info.message,
            field: info.field,
            reason: info.reason,
            retryAfter: info.hasRetryAfter ? info.retryAfter : nil,
            oldestCursor: info.oldestCursor
        )
    }

    /// No connection to the daemon.
    init(connecting code: TTRPCError.Code, message: String, socketPath: String) {
        switch code {
        case .notPermitted:
            let hint = SocketAccess.hint(path: socketPath)
            self.init(
                status: .unreachable,
                code: "UNREACHABLE",
                message: "Cannot connect to '\(socketPath)': permission denied; \(hint)."
            )
        case .notListening, .cannotConnect:
            self.init(status: .unreachable, code: "UNREACHABLE", message: message)
        case .socketPathTooLong:
            self = .badArguments(message)
        case .socketInUse, .notASocket, .cannotListen, .clientClosed:
            self = .unexpected(message)
        }
    }

    /// The exit code for each code of google.rpc.Code.
    static func exitStatus(_ code: RPCError.Code) -> ProgramStatus {
        switch code {
        case .invalidArgument, .notFound, .alreadyExists, .failedPrecondition, .outOfRange:
            .refused
        case .permissionDenied, .unauthenticated:
            .notPermitted
        case .resourceExhausted, .unavailable, .aborted, .deadlineExceeded:
            .tryAgain
        case .cancelled, .unknown, .unimplemented, .internal, .dataLoss:
            .unexpected
        }
    }

    private static func name(_ code: RPCError.Code) -> String {
        switch code {
        case .cancelled: "CANCELLED"
        case .unknown: "UNKNOWN"
        case .invalidArgument: "INVALID_ARGUMENT"
        case .deadlineExceeded: "DEADLINE_EXCEEDED"
        case .notFound: "NOT_FOUND"
        case .alreadyExists: "ALREADY_EXISTS"
        case .permissionDenied: "PERMISSION_DENIED"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .aborted: "ABORTED"
        case .outOfRange: "OUT_OF_RANGE"
        case .unimplemented: "UNIMPLEMENTED"
        case .internal: "INTERNAL"
        case .unavailable: "UNAVAILABLE"
        case .dataLoss: "DATA_LOSS"
        case .unauthenticated: "UNAUTHENTICATED"
        }
    }
}
