import Foundation
import Testing

@Suite("nexmo-sim")
struct ProgramTests {
    /// What a run that should not start came to.
    private func run(_ arguments: [String]) throws -> (code: Int32, error: String) {
        let process = Process()
        // Built beside the bundle of the tests.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        process.executableURL = URL(fileURLWithPath: bundle ?? CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("nexmo-sim")
        process.arguments = arguments
        let error = Pipe()
        process.standardError = error
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = try error.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    @Test(
        "A flag that cannot be used is refused with exit code 64",
        arguments: [
            (["--speed", "0"], "--speed"),
            (["--calls-per-second", "-1"], "--calls-per-second"),
            (["--lose-webhooks", "2"], "Shares of faults"),
            (["--webhook-shape", "new"], "older"),
            (["--fallback-url", "somewhere"], "--fallback-url"),
            (["--log-secrets"], "--log-requests"),
            (["--spede", "2"], "--spede"),
        ]
    )
    func flags(arguments: [String], word: String) throws {
        // A flag that was taken would find the address in use or not there.
        let result = try self.run(["--listen", "192.0.2.1:1"] + arguments)
        #expect(result.code == 64)
        #expect(result.error.contains(word))
    }

    @Test("A scenario that cannot be used is refused with exit code 78")
    func scenario() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try "callees:\n  \"*\": {iz: busy}\n".write(to: file, atomically: true, encoding: .utf8)
        let result = try self.run(["--listen", "192.0.2.1:1", "--scenario", file.path])
        #expect(result.code == 78)
        #expect(result.error.contains("\(file.path):2: callees.*.iz: is not a known key"))
        #expect(result.error.contains("did you mean 'is'?"))
        let missing = try self.run(["--scenario", file.path + ".none"])
        #expect(missing.code == 78)
        #expect(missing.error.contains(file.path + ".none"))
    }
}
