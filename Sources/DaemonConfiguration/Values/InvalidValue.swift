/// What is wrong with the text of a setting, without saying where it was written.
package struct InvalidValue: Error, Equatable, Sendable, CustomStringConvertible {
    /// A sentence for the operator: what is wrong and what to write. Never holds a secret.
    package var message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { self.message }
}
