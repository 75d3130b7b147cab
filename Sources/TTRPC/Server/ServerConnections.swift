import Synchronization

/// The open connections of a server, and closed ones whose handlers have not returned.
final class ServerConnections: Sendable {
    private enum Stage {
        /// Connections are added. Next: `draining`, `closing`.
        case serving
        /// None is added, and their calls end. Next: `closing`.
        case draining
        /// They are closed.
        case closing
    }

    private struct State {
        var stage = Stage.serving
        var open: [ObjectIdentifier: ServerConnection] = [:]
    }

    /// The shutdown has begun and no call runs.
    let idle = OneShotEvent<Void>()
    /// All are closed, and no handler runs.
    let empty = OneShotEvent<Void>()
    private let connectionsMax: Int
    private let state = Mutex(State())

    init(connectionsMax: Int) {
        self.connectionsMax = connectionsMax
    }

    /// Adds a connection, unless there are too many or the server stops.
    func add(_ connection: ServerConnection) -> Bool {
        self.state.withLock { state in
            guard state.stage == .serving, state.open.count < self.connectionsMax else {
                return false
            }
            state.open[ObjectIdentifier(connection)] = connection
            return true
        }
    }

    /// A connection is closed and none of its handlers runs.
    func remove(_ connection: ServerConnection) {
        let isEmpty = self.state.withLock { state in
            state.open.removeValue(forKey: ObjectIdentifier(connection))
            return state.stage == .closing && state.open.isEmpty
        }
        if isEmpty { self.empty.fire() }
        self.oneIsIdle()
    }

    /// Every connection refuses requests from now on.
    func shutdownBegan() {
        for connection in self.enter(.draining) { connection.shutdownBegan() }
        self.oneIsIdle()
    }

    /// A connection has no running call any more.
    func oneIsIdle() {
        let open = self.state.withLock { $0.stage == .draining ? Array($0.open.values) : nil }
        if let open, open.allSatisfy(\.isIdle) { self.idle.fire() }
    }

    /// Closes every connection once what waits was written.
    func closeAll() {
        for connection in self.enter(.closing) { connection.closeAfterFlush() }
    }

    /// Closes every connection at once.
    func cutAll() {
        for connection in self.enter(.closing) { connection.cut() }
    }

    private func enter(_ stage: Stage) -> [ServerConnection] {
        let open = self.state.withLock { state in
            state.stage = stage
            return Array(state.open.values)
        }
        if stage == .closing, open.isEmpty { self.empty.fire() }
        return open
    }
}
