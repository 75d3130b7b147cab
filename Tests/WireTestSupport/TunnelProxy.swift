internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// An HTTP proxy that opens tunnels (RFC 9110, 9.3.6), or refuses to.
package final class TunnelProxy: Sendable {
    package let port: Int
    private let channel: any Channel
    private let asked: Lines

    private final class Lines: Sendable {
        let value = Mutex<[String]>([])
    }

    /// Starts to listen on a free port of the loopback.
    ///
    /// - Parameter refusal: What it answers instead of a tunnel.
    /// - Throws: What kept it from listening.
    package init(refusal: String? = nil) async throws {
        let asked = Lines()
        self.asked = asked
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TunnelEntrance(refusal: refusal) { line in
                            asked.value.withLock { $0.append(line) }
                        }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    /// The first line of each request so far.
    package var lines: [String] { self.asked.value.withLock { $0 } }

    package func stop() async throws {
        try await self.channel.close()
    }
}
