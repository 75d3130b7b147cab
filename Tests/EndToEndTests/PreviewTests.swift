import Foundation
import NexmoSimulator
import Testing

/// `promptcall preview` as a process of its own.
@Suite("Preview", .timeLimit(.minutes(2)))
struct PreviewTests {
    /// Runs the program with these directories to look for espeak-ng in.
    private func preview(_ arguments: [String], path: String) async throws -> RunningProgram {
        let program = try RunningProgram(
            "promptcall",
            ["preview", "--text", "Key in your PIN", "--pin", "0987"] + arguments,
            environment: ["PATH": path]
        )
        _ = try await program.ended()
        return program
    }

    private func withDirectory(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("promptcall-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }

    @Test("Words reach espeak-ng on its standard input, and the PIN not at all")
    func standIn() async throws {
        try await withDirectory { directory in
            let program = directory.appendingPathComponent("espeak-ng")
            // 100 samples of silence at 8 kHz, as a file that knows its length.
            let script = #"""
                #!/bin/sh
                printf '%s\n' "$@" > "$0.args"
                cat > "$0.input"
                printf 'RIFF\354\000\000\000WAVEfmt \020\000\000\000\001\000\001\000'
                printf '\100\037\000\000\200\076\000\000\002\000\020\000data\310\000\000\000'
                head -c 200 /dev/zero
                """#
            try Data(script.utf8).write(to: program)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700],
                ofItemAtPath: program.path
            )
            let file = directory.appendingPathComponent("call.wav")
            let run = try await preview(
                ["-o", file.path],
                path: "\(directory.path):/usr/bin:/bin"
            )
            #expect(run.state.value.exitCode == 0, "\(run.log)")
            let (input, arguments) = try (
                String(contentsOfFile: program.path + ".input", encoding: .utf8),
                String(contentsOfFile: program.path + ".args", encoding: .utf8)
            )
            #expect(input == "Key in your PIN")
            #expect(!arguments.contains("0987"))
            // 100 samples, a pause of 0.6 s, and four keys of 0.2 s.
            let sound = try Data(contentsOf: file)
            let samples = 100 + 4800 + 4 * 1600
            #expect(sound.count == 44 + 2 * samples)
        }
    }

    @Test("Where espeak-ng is missing, it says what to install and exits with 70")
    func missing() async throws {
        try await withDirectory { directory in
            let file = directory.appendingPathComponent("call.wav")
            let run = try await preview(["-o", file.path], path: directory.path)
            #expect(run.state.value.exitCode == 70)
            try await run.state.wait { !$0.lines.isEmpty }
            #expect(run.log.contains("apt-get install espeak-ng"))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }
}
