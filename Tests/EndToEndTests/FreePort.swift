import NIOCore
import NIOPosix

/// A TCP port that was free a moment ago.
enum FreePort {
    static func pick() throws -> Int {
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).wait()
        defer { channel.close(promise: nil) }
        return channel.localAddress?.port ?? 0
    }
}
