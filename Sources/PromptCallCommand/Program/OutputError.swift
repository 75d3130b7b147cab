/// Standard output takes no more.
package struct OutputError: Error, Hashable, Sendable {
    /// The system's error number.
    package var errorNumber: Int32

    package init(errorNumber: Int32) {
        self.errorNumber = errorNumber
    }
}
