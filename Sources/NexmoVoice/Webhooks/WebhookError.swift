/// Why the body of a webhook was not taken.
package enum WebhookError: Error, Equatable, Sendable {
    case notJSON
    /// It is JSON, but no object; or, for GET, there is no body at all.
    case notAnObject
}
