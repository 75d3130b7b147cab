/// How a line of the log is written.
package enum LogFormat: String, CaseIterable, Hashable, Sendable {
    case text
    case json
}
