internal import NIOCore
internal import NIOPosix
package import NIOSSL

/// Ends TLS in front of a server that has none.
package final class TLSFront: Sendable {
    package let port: Int
    private let channel: any Channel

    /// Starts to listen on a free port of the loopback.
    ///
    /// - Parameters:
    ///   - tls: What it presents.
    ///   - target: The server's port on this machine.
    /// - Throws: What kept it from listening.
    package init(tls: NIOSSLContext, target: Int) async throws {
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    try pipeline.addHandler(TunnelEntrance(target: target))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    package func stop() async throws {
        try await self.channel.close()
    }
}
