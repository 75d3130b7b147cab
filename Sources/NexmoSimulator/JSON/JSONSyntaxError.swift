/// Text that is not JSON (RFC 8259), nested too deeply, or naming a member twice.
package struct JSONSyntaxError: Error, Equatable, Sendable {
    /// What was expected; no part of the text.
    package var message: String
    /// Where, in bytes from the start.
    package var offset: Int
}
