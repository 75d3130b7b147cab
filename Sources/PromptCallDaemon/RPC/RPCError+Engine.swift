internal import CallEngine
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

// Every error that a caller of the RPC face can see, with its one ErrorInfo.
extension RPCError {
    /// A field of the request is wrong.
    static func invalid(_ field: String, _ message: String) -> Self {
        Self(.invalidArgument, "INVALID_FIELD", message, field: field)
    }

    /// The caller lacks a permission.
    static func notPermitted(_ permission: String) -> Self {
        Self(
            .permissionDenied,
            "NOT_PERMITTED",
            "This caller lacks the permission \(permission); it is given in the configuration's "
                + "callers."
        )
    }

    /// There is no such call, or it is another caller's.
    static let noSuchCall = Self(.notFound, "NO_SUCH_CALL", "There is no such call.", field: "tid")

    init(
        _ code: Code,
        _ reason: String,
        _ message: String,
        field: String = "",
        retryAfter: Duration? = nil,
        oldestCursor: EventCursor? = nil
    ) {
        var info = Promptcall_V1_ErrorInfo()
        info.reason = reason
        info.field = field
        info.message = message
        info.code = code.rawValue
        if let retryAfter { info.retryAfter = Google_Protobuf_Duration(retryAfter) }
        if let oldestCursor { info.oldestCursor = oldestCursor.description }
        self.init(code, message, info: info)
    }

    private init(_ code: Code, _ message: String, info: Promptcall_V1_ErrorInfo) {
        // An ErrorInfo always encodes: it holds no foreign message.
        let detail = try? Google_Protobuf_Any(message: info)
        self.init(code, message, details: detail.map { [$0] } ?? [])
    }

    /// What the engine's refusal is to a caller.
    init(_ error: EngineError) {
        switch error.code {
        case .notFound:
            self = .noSuchCall
        case .alreadyExists:
            self.init(
                .alreadyExists,
                "REQUEST_ID_USED",
                error.message,
                field: "request_id"
            )
        case .overloaded:
            self.init(
                .resourceExhausted,
                "OVERLOADED",
                error.message,
                retryAfter: error.retryAfter
            )
        case .guardPrefix:
            self.init(.permissionDenied, "GUARD_PREFIX", error.message, field: "to")
        case .guardPerNumber:
            self.init(exhausted: "GUARD_PER_NUMBER", error, field: "to")
        case .guardPerRange:
            self.init(exhausted: "GUARD_PER_PREFIX", error, field: "to")
        case .guardSpend:
            self.init(exhausted: "GUARD_SPEND", error)
        case .waitTooLong:
            self.init(exhausted: "WAIT_TOO_LONG", error, field: "expires_at")
        case .unavailable:
            self.init(
                .unavailable,
                "STORE_UNAVAILABLE",
                error.message,
                retryAfter: error.retryAfter
            )
        case .storeDamaged:
            self.init(.unavailable, "STORE_DAMAGED", error.message)
        case .draining:
            self.init(.unavailable, "DRAINING", error.message)
        case .cursorExpired:
            self.init(
                .outOfRange,
                "CURSOR_EXPIRED",
                error.message,
                field: "after",
                oldestCursor: error.oldest
            )
        case .cursorInvalid:
            self.init(.invalidArgument, "INVALID_CURSOR", error.message, field: "after")
        case .acknowledgementInvalid:
            self.init(.invalidArgument, "INVALID_CURSOR", error.message, field: "ack.cursor")
        case .takenOver:
            self.init(.aborted, "TAKEN_OVER", error.message)
        case .internal:
            self.init(.internal, "INTERNAL", error.message)
        }
    }

    private init(exhausted reason: String, _ error: EngineError, field: String = "") {
        self.init(
            .resourceExhausted,
            reason,
            error.message,
            field: field,
            retryAfter: error.retryAfter
        )
    }

    /// The ErrorInfo that it carries, for an entry of a batch.
    var info: Promptcall_V1_ErrorInfo {
        let known = self.details.lazy.compactMap { try? Promptcall_V1_ErrorInfo(unpackingAny: $0) }
        if let info = known.first { return info }
        var info = Promptcall_V1_ErrorInfo()
        info.message = self.message
        info.code = self.code.rawValue
        return info
    }
}
