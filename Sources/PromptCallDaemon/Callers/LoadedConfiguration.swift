package import DaemonConfiguration

/// A configuration as it was read, shared by all that go by it.
///
/// A copy of the settings would count a reference for each of them.
package final class LoadedConfiguration: Sendable {
    package let settings: DaemonConfiguration

    package init(_ settings: DaemonConfiguration) {
        self.settings = settings
    }
}
