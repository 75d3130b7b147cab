/// Someone who may connect to the socket (key `callers`).
package struct CallerConfiguration: Equatable, Sendable {
    /// Who an entry is about.
    package enum Identity: Hashable, Sendable {
        /// The peer's user. Key `uid`.
        case user(UInt32)
        /// The peer's primary or a supplementary group. Key `gid`.
        case group(UInt32)
    }

    /// Which profiles a caller may use.
    package enum ProfileAccess: Hashable, Sendable {
        /// Every profile; only callers without an entry in the file have this.
        case all
        /// These alone, in the order of the file.
        case named([String])

        /// Whether a profile may be used.
        package func includes(_ name: String) -> Bool {
            switch self {
            case .all: true
            case .named(let names): names.contains(name)
            }
        }
    }

    /// Unique; 1 to 64 letters, digits, `.`, `_` or `-`.
    package var name: String
    package var identity: Identity
    /// Key `may`. Empty shuts the caller out.
    package var may: Set<Permission>
    /// Key `profiles`; without it, `default` where there is such a profile.
    package var profiles: ProfileAccess
    /// Most submits in a second; nil for no bound. Key `submits-per-second`.
    package var submitsPerSecond: Int?
    /// Most calls waiting in the queue; nil for no bound. Key `queued-max`.
    package var queuedMax: Int?
    /// Where callbacks may go; empty for nowhere. Key `callback-hosts`.
    package var callbackHosts: [HostPattern]

    package init(
        name: String,
        identity: Identity,
        may: Set<Permission>,
        profiles: ProfileAccess,
        submitsPerSecond: Int? = nil,
        queuedMax: Int? = nil,
        callbackHosts: [HostPattern] = []
    ) {
        self.name = name
        self.identity = identity
        self.may = may
        self.profiles = profiles
        self.submitsPerSecond = submitsPerSecond
        self.queuedMax = queuedMax
        self.callbackHosts = callbackHosts
    }

    /// A caller with every permission, as the daemon's own user and root are where the file
    /// has no `callers`. Its name is `uid-` and the number.
    package static func unrestricted(uid: UInt32) -> CallerConfiguration {
        CallerConfiguration(
            name: "uid-\(uid)",
            identity: .user(uid),
            may: Set(Permission.allCases),
            profiles: .all,
            callbackHosts: [.any]
        )
    }

    /// Whether callbacks may go to a host.
    package func allowsCallback(to host: HostName) -> Bool {
        self.callbackHosts.contains { $0.matches(host) }
    }

    func matches(uid: UInt32, gid: UInt32, groups: [UInt32]) -> Bool {
        switch self.identity {
        case .user(let own): own == uid
        case .group(let own): own == gid || groups.contains(own)
        }
    }
}
