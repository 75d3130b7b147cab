/// Why a scenario file cannot be used.
package struct ScenarioError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Name of the file as it was given.
    package var file: String
    /// Line in it, from 1; nil where that is not known.
    package var line: Int?
    /// Keys that lead there, such as `callees.4477*.keys[0]`; empty for the file as a whole.
    package var key: String
    /// What is wrong, and what may have been meant.
    package var message: String

    /// One line: `FILE:LINE: KEY: MESSAGE`, without the parts that are not known.
    package var description: String {
        let place = self.line.map { "\(self.file):\($0)" } ?? self.file
        return self.key.isEmpty
            ? "\(place): \(self.message)" : "\(place): \(self.key): \(self.message)"
    }
}
