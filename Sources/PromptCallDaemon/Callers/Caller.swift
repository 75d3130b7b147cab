internal import CallEngine
package import DaemonConfiguration
package import PromptCallCore
internal import Synchronization
package import TTRPC

/// Whoever is at the other end of a connection, with what they may do.
package struct Caller: Sendable {
    package let configuration: CallerConfiguration

    package var name: String { self.configuration.name }

    /// - Throws: `RPCError` with code `permissionDenied`.
    package func require(_ permission: Permission) throws(RPCError) {
        guard self.may(permission) else { throw .notPermitted(permission.rawValue) }
    }

    package func may(_ permission: Permission) -> Bool {
        self.configuration.may.contains(permission)
    }
}

/// Who may connect and how fast they may submit, by the configuration as last read.
package final class Callers: Sendable {
    private let daemonUID: UInt32
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    private struct State {
        var configuration: DaemonConfiguration
        var windows: [String: RateWindow] = [:]
    }

    package init(
        _ configuration: DaemonConfiguration,
        daemonUID: UInt32,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.daemonUID = daemonUID
        self.now = now
        self.state = Mutex(State(configuration: configuration))
    }

    /// The configuration as last read.
    package var configuration: DaemonConfiguration { self.state.withLock { $0.configuration } }

    /// Goes by another configuration from now on.
    package func replace(_ configuration: DaemonConfiguration) {
        self.state.withLock { state in
            state.configuration = configuration
            state.windows = [:]
        }
    }

    /// Tells who a peer is.
    ///
    /// - Throws: `RPCError` with code `permissionDenied` where no entry matches.
    package func caller(_ peer: PeerCredentials) throws(RPCError) -> Caller {
        let found = self.configuration.caller(
            uid: peer.userID,
            gid: peer.groupID,
            groups: peer.supplementaryGroupIDs,
            daemonUID: self.daemonUID
        )
        guard let found else {
            throw RPCError(
                .permissionDenied,
                "UNKNOWN_CALLER",
                "No entry of the configuration's callers matches user \(peer.userID)."
            )
        }
        return Caller(configuration: found)
    }

    /// Counts a Submit against the caller's rate; false where it is over.
    package func admit(_ caller: Caller) -> Bool {
        guard let limit = caller.configuration.submitsPerSecond else { return true }
        let now = self.now()
        return self.state.withLock { state in
            var window = state.windows[caller.name] ?? RateWindow(limit: limit)
            defer { state.windows[caller.name] = window }
            guard window.room(at: now) > 0 else { return false }
            window.reserve()
            window.wrote(at: now)
            return true
        }
    }
}
