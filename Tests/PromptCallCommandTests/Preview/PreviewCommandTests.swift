import Glibc
import Testing

@testable import PromptCallCommand

@Suite("preview", .serialized, .timeLimit(.minutes(3)))
struct PreviewCommandTests {
    /// A directory with a stand-in for espeak-ng that notes what it was given, and says this.
    private func withSpeech(
        script: String = #"""
        printf '%s\n' "$@" >> "$0.args"; cat >> "$0.input"; cat "$0.wav"
        """#,
        _ body: (_ directory: String, _ environment: [String: String]) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory async throws in
            let program = "\(directory)/espeak-ng"
            try SoundFile.write(Array("#!/bin/sh\n\(script)\n".utf8), to: program)
            #expect(chmod(program, 0o700) == 0)
            try SoundFile.write(Self.words.wav, to: "\(program).wav")
            try await body(directory, ["PATH": "\(directory):/usr/bin:/bin"])
        }
    }

    private static let words = WaveAudio(rate: 8000, samples: Array(repeating: 100, count: 800))

    private func text(_ path: String) throws -> String {
        String(decoding: try self.bytes(path), as: UTF8.self)
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    @Test("Text, keys and goodbye stand behind each other in a file that is its owner's")
    func prompt() async throws {
        try await withSpeech { directory, environment async throws in
            let terminal = Terminal(input: ["19"])
            let file = "\(directory)/call.wav"
            let status = await terminal.run(
                [
                    "preview", "--text", "Key in your PIN", "--pin", "-", "--bye", "Bye",
                    "--language", "en-GB", "-o", file,
                ],
                environment: environment
            )
            #expect(status == .ok)
            #expect(terminal.complaints == "")
            #expect(terminal.written == "file:    \(file)\nseconds: 1.8\n")
            var expected = Self.words
            expected.append(silence: .milliseconds(600))
            DTMFTone.append("19", to: &expected)
            expected.append(silence: .milliseconds(600))
            expected.samples += Self.words.samples
            #expect(try WaveAudio(wav: bytes(file)) == expected)
            let options = "-v\nen-GB\n-b\n1\n--stdin\n--stdout\n"
            #expect(try text("\(directory)/espeak-ng.args") == options + options)
            #expect(try text("\(directory)/espeak-ng.input") == "Key in your PINBye")
            var status2 = stat()
            #expect(stat(file, &status2) == 0)
            #expect(status2.st_mode & 0o777 == 0o600)
        }
    }

    @Test("SSML is spoken as such, and the text as often as asked")
    func ssml() async throws {
        try await withSpeech { directory, environment async throws in
            let terminal = Terminal()
            let file = "\(directory)/call.wav"
            let status = await terminal.run(
                [
                    "preview", "--text", "<speak>a</speak>", "--repeat", "2", "-o", file,
                    "--output", "json",
                ],
                environment: environment
            )
            #expect(status == .ok)
            #expect(terminal.written == #"{"file":"\#(file)","seconds":0.8}"# + "\n")
            #expect(try text("\(directory)/espeak-ng.args").hasPrefix("-m\n-v\nen-US\n"))
            #expect(try WaveAudio(wav: bytes(file)).samples.count == 800 + 4800 + 800)
        }
    }

    @Test(
        "Without a PIN the keys are an accepted entry, or as many as there may be",
        arguments: [
            (["--max-digits", "3"], "123"),
            (["--max-digits", "3", "--accept", "2", "--accept", "1"], "2"),
        ]
    )
    func digits(flags: [String], keys: String) async throws {
        try await withSpeech { directory, environment async throws in
            let file = "\(directory)/call.wav"
            let status = await Terminal().run(
                ["preview", "--text", "a", "-o", file] + flags,
                environment: environment
            )
            #expect(status == .ok)
            var expected = Self.words
            expected.append(silence: .milliseconds(600))
            DTMFTone.append(keys, to: &expected)
            #expect(try WaveAudio(wav: bytes(file)) == expected)
        }
    }

    @Test(
        "Where espeak-ng is missing, it says what to install",
        arguments: [nil, "", "/nowhere:/"]
    )
    func missing(path: String?) async {
        let terminal = Terminal()
        let status = await terminal.run(
            ["preview", "--text", "a", "-o", "/nowhere/a.wav"],
            environment: path.map { ["PATH": $0] } ?? [:]
        )
        #expect(status == .unexpected)
        #expect(
            terminal.complaints
                == "promptcall: espeak-ng is not installed; on Debian: apt-get install espeak-ng.\n"
        )
    }

    @Test(
        "What goes wrong with it is told without the words",
        arguments: [
            ("exit 1", "it may not speak"), ("echo words", "no WAV file"), ("kill -9 $$", "failed"),
            (#"exec 0<&-; cat "$0.wav" > /dev/null; exit 3"#, "failed"),
            (#"head -c 50 "$0.wav""#, ""),
        ]
    )
    func failing(script: String, complaint: String) async throws {
        try await withSpeech(script: script) { directory, environment async throws in
            let terminal = Terminal()
            let status = await terminal.run(
                [
                    "preview", "--text", String(repeating: "secret ", count: 4000), "-o",
                    "\(directory)/a.wav",
                ],
                environment: environment
            )
            #expect(status == (complaint.isEmpty ? .ok : .unexpected))
            #expect(terminal.complaints.contains(complaint) || complaint.isEmpty)
            #expect(!terminal.complaints.contains("secret"))
        }
    }

    @Test(
        "Arguments that cannot be used",
        arguments: [
            ["--text", " "], ["--text", "a", "--language", "../en"],
            ["--text", "a", "--language", "-x"],
            ["--text", "a", "--pin", "1", "--max-digits", "1"],
            ["--text", "a", "--max-digits", "21"], ["--text", "a", "--accept", "1"],
            ["--text", "a", "--pin", "98x76"], ["--text", "a", "--pin", ""],
            ["--text", "a", "--max-digits", "1", "--accept", "98x76"], ["--text", "a", "98x76"],
        ]
    )
    func badArguments(flags: [String]) async throws {
        try await withSpeech { directory, environment async throws in
            let terminal = Terminal()
            let status = await terminal.run(
                ["preview", "-o", "\(directory)/a.wav"] + flags,
                environment: environment
            )
            #expect(status == .badArguments)
            #expect(!terminal.complaints.contains("98x76"))
        }
    }

    @Test("A file that cannot be written is named")
    func unwritable() async throws {
        try await withSpeech { directory, environment async throws in
            let terminal = Terminal()
            let status = await terminal.run(
                ["preview", "--text", "a", "-o", "\(directory)/none/a.wav"],
                environment: environment
            )
            #expect(status == .badArguments)
            #expect(terminal.complaints.contains("/none/a.wav': No such file or directory."))
        }
    }

    private static var isInstalled: Bool {
        (try? SpeechProgram(environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"])) != nil
    }

    @Test("The real one speaks", .enabled(if: isInstalled, "espeak-ng is not installed here"))
    func real() async throws {
        try await withTemporaryDirectory { directory async throws in
            for (index, text) in [
                "Hello", "<speak>Hello <break time=\"1s\"/> you &amp; me</speak>",
            ]
            .enumerated() {
                let file = "\(directory)/\(index).wav"
                let terminal = Terminal()
                let status = await terminal.run(
                    ["preview", "--text", text, "--max-digits", "2", "-o", file],
                    environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"]
                )
                #expect(status == .ok, "\(terminal.complaints)")
                let audio = try WaveAudio(wav: bytes(file))
                #expect(audio.samples.contains { abs(Int($0)) > 1000 })
                #expect(audio.seconds > 1)
            }
        }
    }
}
