internal import NIOCore
internal import NIOPosix

/// Sends single requests over connections of their own.
package enum WireClient {
    /// Posts JSON to an URL of this machine.
    ///
    /// - Parameters:
    ///   - json: The body.
    ///   - url: Where to.
    ///   - headers: More headers, a line each.
    /// - Returns: The status of the answer; nil where there was none.
    /// - Throws: What NIO throws where there is no connection.
    package static func post(
        _ json: String,
        to url: String,
        headers: [String] = []
    ) async throws -> Int? {
        let parts = url.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, let colon = parts[1].firstIndex(of: ":"),
            let port = Int(parts[1][colon...].dropFirst())
        else { return nil }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        let lines =
            [
                "POST /\(parts[2]) HTTP/1.1", "Host: \(parts[1])", "Content-Type: application/json",
                "Content-Length: \(json.utf8.count)", "Connection: close",
            ] + headers
        return try await channel.executeThenClose { inbound, outbound in
            let request = lines.joined(separator: "\r\n") + "\r\n\r\n" + json
            try await outbound.write(ByteBuffer(string: request))
            var answer = ""
            for try await buffer in inbound { answer += String(buffer: buffer) }
            return answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
    }
}
