import NIOCore
import NIOPosix

/// A TCP port that was free a moment ago.
enum FreePort {
    /// Below the ports that the system gives to outgoing connections, so that none of them takes it
    /// while its owner is restarted.
    private static let range = 20_000..<32_000
    private static let triesMax = 100

    static func pick() throws -> Int {
        for _ in 1..<self.triesMax {
            if let port = try? self.bind(.random(in: self.range)) { return port }
        }
        return try self.bind(.random(in: self.range))
    }

    private static func bind(_ port: Int) throws -> Int {
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: port).wait()
        defer { channel.close(promise: nil) }
        return port
    }
}
