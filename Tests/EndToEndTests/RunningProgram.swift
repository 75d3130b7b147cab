import Foundation
import NexmoSimulator

/// A program of this package as a process of its own, with its standard error read line by line.
final class RunningProgram: Sendable {
    /// What it has written so far, and how it ended.
    struct State: Sendable {
        var lines: [String] = []
        var output: [String] = []
        var exitCode: Int32?
    }

    let state = Watched(State())
    private let process: Process

    /// Starts it.
    init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws {
        let process = Process()
        process.executableURL = Programs.url(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let state = self.state
        process.standardError = Self.pipe { line in state.update { $0.lines.append(line) } }
        process.standardOutput = Self.pipe { line in state.update { $0.output.append(line) } }
        process.terminationHandler = { ended in
            let isExit = ended.terminationReason == .exit
            let code = isExit ? ended.terminationStatus : -ended.terminationStatus
            state.update { $0.exitCode = code }
        }
        try process.run()
        self.process = process
    }

    /// A test that failed leaves nothing behind.
    deinit {
        if self.process.isRunning { kill(self.process.processIdentifier, SIGKILL) }
    }

    /// Returns once a line of its log holds a text; fails when it ends before.
    func logged(_ text: String) async throws {
        try await self.state.wait { state in
            state.exitCode != nil || state.lines.contains { $0.contains(text) }
        }
        let state = self.state.value
        guard state.lines.contains(where: { $0.contains(text) }) else {
            throw EndedEarly(log: state.lines.suffix(5).joined(separator: "\n"))
        }
    }

    /// Sends a signal and returns the exit code; a signal that ended it counts as negative.
    @discardableResult
    func end(_ signal: Int32) async throws -> Int32 {
        self.send(signal)
        return try await self.ended()
    }

    /// Sends a signal and returns at once.
    func send(_ signal: Int32) {
        kill(self.process.processIdentifier, signal)
    }

    /// Returns the exit code once it has ended.
    func ended() async throws -> Int32 {
        try await self.state.wait { $0.exitCode != nil }
        return self.state.value.exitCode ?? 0
    }

    /// Its log in one text.
    var log: String { self.state.value.lines.joined(separator: "\n") }

    /// It ended before it had said what was waited for.
    struct EndedEarly: Error {
        var log: String
    }

    private static func pipe(_ take: @escaping @Sendable (String) -> Void) -> Pipe {
        let pipe = Pipe()
        let lines = LineBuffer(take)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            lines.append(data)
        }
        return pipe
    }
}

/// Cuts what a process writes into lines.
private final class LineBuffer: Sendable {
    private let rest = Watched(Data())
    private let take: @Sendable (String) -> Void

    init(_ take: @escaping @Sendable (String) -> Void) {
        self.take = take
    }

    func append(_ data: Data) {
        let lines = self.rest.update { rest in
            rest.append(data)
            var lines: [String] = []
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                rest = Data(rest[(end + 1)...])
            }
            return lines
        }
        for line in lines { self.take(line) }
    }
}
