public import SwiftProtobuf

/// How a call failed, as its status says (google.rpc.Status).
public struct RPCError: Error, Hashable, Sendable {
    /// A code of google.rpc.Code.
    public enum Code: Int32, CaseIterable, Hashable, Sendable {
        /// The caller gave up.
        case cancelled = 1
        /// An error with a code that is not known here.
        case unknown = 2
        /// The request can never succeed as it is.
        case invalidArgument = 3
        /// The deadline passed before an answer came; the work may have been done.
        case deadlineExceeded = 4
        /// What was asked for does not exist, or not for this caller.
        case notFound = 5
        /// What was to be made exists.
        case alreadyExists = 6
        /// The caller may not do this.
        case permissionDenied = 7
        /// A bound or quota was reached.
        case resourceExhausted = 8
        /// The system is not in the state that the request needs.
        case failedPrecondition = 9
        /// Another party won; try again at a higher level.
        case aborted = 10
        /// Past the valid range.
        case outOfRange = 11
        /// No such service or method.
        case unimplemented = 12
        /// A bug.
        case `internal` = 13
        /// Not now; trying again can help.
        case unavailable = 14
        /// Data was lost for good.
        case dataLoss = 15
        /// The caller did not say who it is.
        case unauthenticated = 16
    }

    /// How much text is kept of an error that fits no frame.
    static let messageCharactersKept = 1_024

    /// What was in flight fails with this when its connection breaks.
    static let connectionLost = RPCError(.unavailable, "The connection was lost.")

    /// What to branch on.
    public var code: Code
    /// For a developer; carries no secret.
    public var message: String
    /// Typed details, such as an `ErrorInfo`.
    public var details: [Google_Protobuf_Any]

    /// An error to answer a call with.
    ///
    /// - Parameters:
    ///   - code: What to branch on.
    ///   - message: For a developer; carries no secret.
    ///   - details: Typed details.
    public init(_ code: Code, _ message: String, details: [Google_Protobuf_Any] = []) {
        self.code = code
        self.message = message
        self.details = details
    }

    init(_ status: Google_Rpc_Status) {
        self.init(Code(rawValue: status.code) ?? .unknown, status.message, details: status.details)
    }

    func encodedStatus() -> [UInt8] {
        var status = Google_Rpc_Status()
        status.code = self.code.rawValue
        status.message = self.message
        status.details = self.details
        do {
            return try status.serializedBytes()
        } catch {
            // Only a detail that holds a foreign message can fail to encode; the rest goes alone.
            status.details = []
            return (try? status.serializedBytes()) ?? []
        }
    }
}

extension RPCError: CustomStringConvertible {
    /// Code and message; details are left out.
    public var description: String { "\(self.code): \(self.message)" }
}
