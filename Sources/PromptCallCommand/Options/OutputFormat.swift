import ArgumentParser

/// How answers and errors are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// For people.
    case text
    /// For scripts: one JSON object a line.
    case json
}
