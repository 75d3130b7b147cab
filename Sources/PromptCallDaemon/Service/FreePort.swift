internal import NIOCore
internal import NIOPosix

/// Picks a free TCP port of this machine.
enum FreePort {
    /// Binds port 0 for a moment and returns what the kernel chose.
    static func pick(on host: String) throws -> Int {
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: host, port: 0).wait()
        defer { channel.close(promise: nil) }
        return channel.localAddress?.port ?? 0
    }
}
