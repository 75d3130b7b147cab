/// A stored value cannot be read: it was cut, altered, or written by a later version.
package struct RecordCodingError: Error, Equatable, Sendable {
    /// What is wrong and where; never a value.
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}

extension RecordCodingError: CustomStringConvertible {
    package var description: String { self.message }
}
