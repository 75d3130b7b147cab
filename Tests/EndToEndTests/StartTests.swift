import Foundation
import Testing

/// How the daemon refuses to start, with the exit codes of the contract.
@Suite("Refusals to start", .timeLimit(.minutes(2)))
struct StartTests {
    @Test(
        "What cannot be started is refused with its exit code and a sentence that names it",
        arguments: [
            (["--no-such-flag"], Int32(64), "no-such-flag"),
            (["--calls-per-second", "many"], 64, "--calls-per-second"),
            (["--config", "/nonexistent/c.yaml"], 78, "/nonexistent/c.yaml"),
            (["--nexmo-url", "http://127.0.0.1:9", "--data-dir", "/proc/none"], 73, "/proc/none"),
            (["--webhook-url", "https://hooks.example.com"], 78, "guard"),
        ]
    )
    func refused(arguments: [String], exitCode: Int32, names: String) async throws {
        let daemon = try RunningProgram("promptcalld", arguments)
        #expect(try await daemon.ended() == exitCode)
        #expect(daemon.log.contains(names))
    }

    @Test("A data directory and a socket serve one daemon alone")
    func oneDaemon() async throws {
        try await Lab.run { lab in
            let first = try await lab.start()
            let arguments = [
                "--socket", lab.socket, "--nexmo-url", lab.nexmoURL,
                "--webhook-listen", "127.0.0.1:0",
            ]
            let sameData = try RunningProgram(
                "promptcalld",
                arguments + ["--data-dir", lab.data.path]
            )
            #expect(try await sameData.ended() == 73)
            let sameSocket = try RunningProgram(
                "promptcalld",
                arguments + ["--data-dir", lab.directory.appendingPathComponent("other").path]
            )
            #expect(try await sameSocket.ended() == 69)
            #expect(sameSocket.log.contains(lab.socket))
            #expect(try await first.end(SIGTERM) == 0)
        }
    }

    @Test("The configuration of a lab passes the check, a missing key file does not")
    func checked() async throws {
        try await Lab.run { lab in
            let daemon = try await lab.start()
            try await daemon.end(SIGTERM)
            let arguments = [
                "--config", lab.directory.appendingPathComponent("c.yaml").path,
                "--nexmo-url", lab.nexmoURL, "--check-config",
            ]
            #expect(try await RunningProgram("promptcalld", arguments).ended() == 0)
            try FileManager.default.removeItem(at: lab.privateKey)
            let failing = try RunningProgram("promptcalld", arguments)
            #expect(try await failing.ended() == 78)
            #expect(failing.log.contains(lab.privateKey.path))
        }
    }
}
