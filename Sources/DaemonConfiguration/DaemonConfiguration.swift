/// Every setting of `promptcalld`, checked, with defaults filled in.
///
/// It holds the names of secret files, not what is in them; ``SecretFiles`` reads those.
package struct DaemonConfiguration: Equatable, Sendable {
    /// Path of the RPC socket, at most 107 bytes. Key `socket`, default
    /// `/run/promptcall/promptcall.sock`.
    package var socketPath: String
    /// Where the store and made keys lie. Key `data-dir`, default `/var/lib/promptcall`.
    package var dataDirectory: String
    package var webhook: WebhookConfiguration
    package var nexmo: NexmoConfiguration
    /// How long live calls are followed after SIGTERM. Key `drain-grace`, 0 to 1 hour, default
    /// 10 seconds.
    package var drainGrace: Duration
    package var log: LogConfiguration
    /// Sorted by name. Key `profiles`.
    package var profiles: [ProfileConfiguration]
    /// Who may connect, the first match winning; nil for the daemon's own user and root. Key
    /// `callers`.
    package var callers: [CallerConfiguration]?
    /// Key `guard`; nil only where no public Nexmo host is used.
    package var `guard`: GuardConfiguration?
    package var queue: QueueConfiguration
    /// Key that seals secrets and makes webhook keys; nil for one made in the data directory.
    /// Key `key-file`.
    package var keyFile: SecretFile?
    /// Secret that callbacks are signed with. Key `callback.signing-secret-file`.
    package var callbackSigningSecretFile: SecretFile?
    package var retention: RetentionConfiguration

    /// The profile of a name.
    package func profile(named name: String) -> ProfileConfiguration? {
        self.profiles.first { $0.name == name }
    }

    /// Who a peer of the socket is.
    ///
    /// - Parameters:
    ///   - uid: The peer's user.
    ///   - gid: The peer's primary group.
    ///   - groups: The peer's supplementary groups.
    ///   - daemonUID: The daemon's own user, who is served where the file has no `callers`.
    /// - Returns: The first entry that matches; nil for someone who may not connect.
    package func caller(
        uid: UInt32,
        gid: UInt32,
        groups: [UInt32],
        daemonUID: UInt32
    ) -> CallerConfiguration? {
        guard let callers = self.callers else {
            return uid == 0 || uid == daemonUID ? .unrestricted(uid: uid) : nil
        }
        return callers.first { $0.matches(uid: uid, gid: gid, groups: groups) }
    }
}
