import PromptCallAPI
import Testing

@testable import PromptCallDaemon

/// A field of SubmitRequest at or next to one of its bounds.
struct FieldCase: Sendable, CustomTestStringConvertible {
    var name: String
    var refusal: Refusal?
    var request: Promptcall_V1_SubmitRequest

    var testDescription: String { self.name }

    /// Taken.
    static func taken(
        _ name: String,
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void
    ) -> Self {
        Self(name: name, refusal: nil, request: Fixture.request(change))
    }

    /// Refused as invalid.
    static func invalid(
        _ field: String,
        _ name: String,
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void
    ) -> Self {
        Self(
            name: "\(field): \(name)",
            refusal: .invalid(field),
            request: Fixture.request(change)
        )
    }

    /// Refused in another way.
    static func refused(
        _ refusal: Refusal,
        _ name: String,
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void
    ) -> Self {
        Self(name: name, refusal: refusal, request: Fixture.request(change))
    }
}
