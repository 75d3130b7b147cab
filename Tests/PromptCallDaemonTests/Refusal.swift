import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallDaemon

/// What a caller sees of a refusal.
struct Refusal: Equatable, CustomStringConvertible {
    var code: RPCError.Code
    var reason: String
    var field: String

    init(_ code: RPCError.Code, _ reason: String, _ field: String = "") {
        self.code = code
        self.reason = reason
        self.field = field
    }

    init(_ error: RPCError) {
        self.init(error.code, error.info.reason, error.info.field)
    }

    static func invalid(_ field: String) -> Self { Self(.invalidArgument, "INVALID_FIELD", field) }

    var description: String { "\(self.code) \(self.reason) \(self.field)" }

    /// How a body is refused; nil where it is not. An error must carry one ErrorInfo that agrees
    /// with it.
    static func of(_ body: () throws -> some Any) throws -> Self? {
        do {
            _ = try body()
            return nil
        } catch let error as RPCError {
            return try self.checked(error)
        }
    }

    /// The same of a body that waits.
    static func of(_ body: () async throws -> some Any) async throws -> Self? {
        do {
            _ = try await body()
            return nil
        } catch let error as RPCError {
            return try self.checked(error)
        }
    }

    private static func checked(_ error: RPCError) throws -> Self {
        let detail = try #require(error.details.first)
        #expect(error.details.count == 1)
        let info = try Promptcall_V1_ErrorInfo(unpackingAny: detail)
        #expect(info.code == error.code.rawValue)
        #expect(info.message == error.message)
        #expect(!info.message.isEmpty)
        return Self(error)
    }
}
