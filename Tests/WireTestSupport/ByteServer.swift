internal import NIOCore
internal import NIOPosix
internal import NexmoSimulator

/// A server over bare TCP that reads, answers and cuts at a given byte.
///
/// It listens on a free port of the loopback. What it saw is in ``connections``, in the order in
/// which they were accepted.
package final class ByteServer: Sendable {
    package let port: Int
    private let seen = Watched<[WireConnection]>([])
    private let channel: any Channel
    private let children = Watched<[any Channel]>([])

    /// Starts to listen.
    ///
    /// - Parameter script: What is done with a connection; the first is number 0.
    /// - Throws: What NIO throws where no port can be had.
    package init(_ script: @escaping @Sendable (_ connection: Int) -> [WireStep]) async throws {
        let (seen, children) = (self.seen, self.children)
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = seen.update { connections in
                        connections.append(WireConnection())
                        return connections.count - 1
                    }
                    children.update { $0.append(channel) }
                    try channel.pipeline.syncOperations.addHandler(
                        ByteHandler(steps: script(number), number: number, seen)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    package var url: String { "http://127.0.0.1:\(self.port)" }

    /// What became of each connection so far.
    package var connections: [WireConnection] { self.seen.value }

    /// The requests that were read as a whole, connection by connection.
    package var requests: [WireRequest] { self.connections.flatMap(\.requests) }

    /// How many requests began, on all connections.
    package var requestsBegun: Int {
        self.connections.reduce(0) { $0 + $1.requestsBegun }
    }

    /// Returns once the connections are as wanted.
    package func wait(
        until predicate: @escaping @Sendable ([WireConnection]) -> Bool
    ) async throws {
        try await self.seen.wait(until: predicate)
    }

    /// Closes the port and all connections.
    package func stop() async throws {
        try await self.channel.close()
        for child in self.children.value {
            // Most are closed by now.
            try? await child.close()
        }
    }
}

/// A failed expectation shows nothing of it, for channels and loops must not be looked into.
extension ByteServer: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
