import Synchronization

/// The open connections of a server.
final class ServerConnections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: ServerConnection] = [:]
        var isDraining = false
        var isEmptyAwaited = false
    }

    private let connectionsMax: Int
    private let state = Mutex(State())
    private let idle = OneShotEvent<Void>()
    private let empty = OneShotEvent<Void>()

    init(connectionsMax: Int) {
        self.connectionsMax = connectionsMax
    }

    /// Adds a connection, unless there are too many or the server stops.
    func add(_ connection: ServerConnection) -> Bool {
        self.state.withLock { state in
            guard !state.isDraining, !state.isEmptyAwaited,
                state.open.count < self.connectionsMax
            else { return false }
            state.open[ObjectIdentifier(connection)] = connection
            return true
        }
    }

    func remove(_ connection: ServerConnection) {
        let isLast = self.state.withLock { state in
            state.open.removeValue(forKey: ObjectIdentifier(connection))
            return state.isEmptyAwaited && state.open.isEmpty
        }
        if isLast { self.empty.fire() }
        self.oneIsIdle()
    }

    /// Every connection refuses requests from now on.
    func shutdownBegan() {
        let open = self.state.withLock { state in
            state.isDraining = true
            return Array(state.open.values)
        }
        for connection in open { connection.shutdownBegan() }
        self.oneIsIdle()
    }

    /// A connection has no running call any more.
    func oneIsIdle() {
        let (isDraining, open) = self.state.withLock {
            ($0.isDraining, $0.isDraining ? Array($0.open.values) : [])
        }
        if isDraining, open.allSatisfy(\.isIdle) { self.idle.fire() }
    }

    /// Returns when the shutdown has begun and no call runs.
    ///
    /// - Throws: `CancellationError`.
    func waitUntilIdle() async throws {
        try await self.idle.wait()
    }

    func closeAll() {
        for connection in self.all { connection.closeAfterFlush() }
    }

    func cutAll() {
        for connection in self.all { connection.cut() }
    }

    /// Returns when no connection is open, or the task is cancelled; none is added any more.
    func waitUntilEmpty() async {
        let isEmpty = self.state.withLock { state in
            state.isEmptyAwaited = true
            return state.open.isEmpty
        }
        if isEmpty { self.empty.fire() }
        // Only cancellation can end the wait early.
        try? await self.empty.wait()
    }

    private var all: [ServerConnection] {
        self.state.withLock { Array($0.open.values) }
    }
}
