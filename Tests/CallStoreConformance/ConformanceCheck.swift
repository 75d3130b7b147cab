package import PromptCallCore

/// Something that every call store must do, tried on an empty one.
package struct ConformanceCheck: Sendable {
    /// As a statement.
    package let name: String
    /// Tries it; what is wrong is reported as an issue of the running test.
    package let run: @Sendable (any CallStore) async throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (any CallStore) async throws -> Void) {
        self.name = name
        self.run = run
    }

    /// All there are.
    package static var all: [ConformanceCheck] {
        self.ofCalls + self.ofRequests + self.ofWork + self.ofListing + self.ofEvents
            + self.ofRetention + self.ofGuard
    }
}

extension ConformanceCheck: CustomStringConvertible {
    package var description: String { self.name }
}
