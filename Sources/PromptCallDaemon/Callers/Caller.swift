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
        var loaded: LoadedConfiguration
        var windows: [String: RateWindow] = [:]
        /// Callers by whom they are, for most connections are of a few.
        var known: [Peer: Caller] = [:]
    }

    /// What the configuration knows a caller by.
    private struct Peer: Hashable {
        let user: UInt32
        let group: UInt32
        let groups: [UInt32]
    }

    /// Most callers that are remembered; beyond, all are looked up anew.
    private static let knownMax = 256

    package init(
        _ configuration: DaemonConfiguration,
        daemonUID: UInt32,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.daemonUID = daemonUID
        self.now = now
        self.state = Mutex(State(loaded: LoadedConfiguration(configuration)))
    }

    /// The configuration as last read.
    package var configuration: DaemonConfiguration { self.loaded.settings }

    /// The same, which costs nothing to pass on.
    package var loaded: LoadedConfiguration { self.state.withLock { $0.loaded } }

    /// Goes by another configuration from now on.
    package func replace(_ configuration: DaemonConfiguration) {
        self.state.withLock { state in
            state.loaded = LoadedConfiguration(configuration)
            state.windows = [:]
            state.known = [:]
        }
    }

    /// Tells who a peer is.
    ///
    /// - Throws: `RPCError` with code `permissionDenied` where no entry matches.
    package func caller(_ peer: PeerCredentials) throws(RPCError) -> Caller {
        let known = Peer(
            user: peer.userID,
            group: peer.groupID,
            groups: peer.supplementaryGroupIDs
        )
        let caller = self.state.withLock { state -> Caller? in
            if let caller = state.known[known] { return caller }
            let found = state.loaded.settings.caller(
                uid: known.user,
                gid: known.group,
                groups: known.groups,
                daemonUID: self.daemonUID
            )
            guard let found else { return nil }
            if state.known.count >= Self.knownMax { state.known = [:] }
            state.known[known] = Caller(configuration: found)
            return state.known[known]
        }
        guard let caller else {
            throw RPCError(
                .permissionDenied,
                "UNKNOWN_CALLER",
                "No entry of the configuration's callers matches user \(peer.userID)."
            )
        }
        return caller
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
