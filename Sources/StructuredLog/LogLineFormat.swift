/// How log lines look.
package enum LogLineFormat: Sendable {
    /// For a person.
    case text
    /// For a machine: one JSON object a line.
    case json
}
