import Logging
import NIOCore

/// Moves bytes between a channel and its ``ServerConnection``.
///
/// Frames are handled as they come, their answers flushed once for each burst of reads. While too
/// much waits to be written, neither the socket nor what was read already is looked at.
final class ServerConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: ServerConnection
    private let logger: Logger
    private var decoder = FrameDecoder()
    private var isHandling = false
    private var isPaused = false
    private var isReadPending = false
    private var timerDeadline: NIODeadline?

    init(connection: ServerConnection, logger: Logger) {
        self.connection = connection
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.decoder.append(self.unwrapInboundIn(data))
        if !self.isPaused { self.handleFrames(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.connection.outbound.flush()
    }

    func read(context: ChannelHandlerContext) {
        if self.isPaused {
            self.isReadPending = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.connection.outbound.writabilityChanged(context.channel.isWritable)
        self.resume(context)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is PeerStalledError {
            self.log(.warning, "A peer did not read and was cut", [:])
        } else {
            // A peer that goes away mid-read; nothing of ours is at fault.
            self.log(.debug, "A connection failed", [LogKey.error: "\(error)"])
        }
        context.close(promise: nil)
    }

    private func handleFrames(_ context: ChannelHandlerContext) {
        self.isHandling = true
        defer { self.isHandling = false }
        let outbound = self.connection.outbound
        outbound.burstBegan()
        while context.channel.isActive {
            if !outbound.hasRoom {
                // Most often the socket takes it all, and there is no reason to pause.
                outbound.flush()
                guard outbound.hasRoom else {
                    self.isPaused = true
                    return
                }
                outbound.burstBegan()
            }
            do {
                guard let frame = try self.decoder.next() else { return }
                if let deadline = self.connection.frameReceived(frame) {
                    self.setTimer(context, deadline)
                }
            } catch {
                switch error {
                case .notTTRPC(let dataBytes):
                    self.log(
                        .warning,
                        "A peer that does not speak ttrpc was cut",
                        [LogKey.frameBytes: "\(dataBytes)"]
                    )
                }
                context.close(promise: nil)
                return
            }
        }
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard self.isPaused, !self.isHandling, self.connection.outbound.hasRoom else { return }
        self.isPaused = false
        self.handleFrames(context)
        self.connection.outbound.flush()
        if !self.isPaused, self.isReadPending {
            self.isReadPending = false
            context.read()
        }
    }

    /// One timer serves all streams: it looks at all of them when the first is due.
    private func setTimer(_ context: ChannelHandlerContext, _ deadline: NIODeadline) {
        if let timerDeadline, timerDeadline <= deadline { return }
        self.timerDeadline = deadline
        context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            guard self.timerDeadline == deadline else { return }
            self.timerDeadline = nil
            if let next = self.connection.deadlinesPassed() { self.setTimer(context, next) }
        }
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ more: Logger.Metadata) {
        let peer: Logger.Metadata = [
            LogKey.peerProcessID: "\(self.connection.peer.processID)",
            LogKey.peerUserID: "\(self.connection.peer.userID)",
        ]
        self.logger.log(level: level, message, metadata: peer.merging(more) { $1 })
    }
}
