import Glibc
import Testing

@testable import PromptCallCommand

@Suite("OutputDescriptor")
struct OutputDescriptorTests {
    @Test("All of a text arrives, also through a pipe that is small and non-blocking")
    func whole() async throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        try #require(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
        let text = String(repeating: "0123456789", count: 100_000)
        async let received = self.read(reader)
        try OutputDescriptor(writer).write(text)
        close(writer)
        #expect(await received == text)
        close(reader)
    }

    @concurrent
    private func read(_ descriptor: CInt) async -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, -1)
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
