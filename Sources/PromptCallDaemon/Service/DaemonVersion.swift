/// What this program calls itself.
package enum DaemonVersion {
    /// As in the changelog.
    package static let text = "0.1.0"
}
