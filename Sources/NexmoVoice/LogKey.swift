/// Names of log metadata.
enum LogKey {
    static let duration = "http.duration-ms"
    static let error = "error"
    static let method = "http.method"
    static let operation = "nexmo.operation"
    static let status = "http.status"
    /// Nexmo's own name of a request, for its support.
    static let traceID = "nexmo.trace.id"
}
