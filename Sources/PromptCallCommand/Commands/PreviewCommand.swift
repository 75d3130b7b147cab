import ArgumentParser
import FoundationEssentials
import Glibc

/// Makes a sound file of a prompt, without a call and without the daemon.
struct PreviewCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Hear a prompt: write it to a WAV file, with the expected keys as tones.",
        discussion: """
            espeak-ng speaks, on this machine: words, breaks and order are as in the call, Nexmo's \
            voice is another. The keys are the PIN, else the first --accept, else 1, 2, 3 up to \
            --max-digits. The daemon is not asked.
            """
    )

    @Option(help: "What is said when the call is answered; SSML where it starts with <speak>.")
    var text: String

    @Option(help: ArgumentHelp("What is said after the keys.", valueName: "text"))
    var bye: String?

    @Option(help: ArgumentHelp("How often --text is said. (default: 1)"))
    var `repeat`: Count?

    @Option(help: ArgumentHelp("BCP 47 language. (default: en-US)", valueName: "tag"))
    var language: String = "en-US"

    @Option(help: "The PIN that is asked for, or - to read it from standard input.")
    var pin: String?

    @Option(help: ArgumentHelp("Without --pin: so many digits.", valueName: "count"))
    var maxDigits: Count?

    @Option(
        help: ArgumentHelp(
            "With --max-digits: an entry that counts; the first is keyed. (repeatable)",
            valueName: "digits"
        )
    )
    var accept: [String] = []

    @Option(
        name: [.customShort("o"), .customLong("file")],
        help: ArgumentHelp("Where the sound goes; its sound tells the PIN.", valueName: "file"),
        completion: .file(extensions: ["wav"])
    )
    var file: String

    @OptionGroup
    var common: CommonOptions

    // Taken up only to be refused without being repeated, as with `call`.
    @Argument(help: .hidden)
    var strayWords: [String] = []

    /// Most keys of an entry (`SubmitRequest.pin_code`).
    private static let keysMax = 20

    func validate() throws {
        guard self.strayWords.isEmpty else {
            throw ValidationError("Every value follows its flag, in quotes where it has spaces.")
        }
        if self.text.allSatisfy(\.isWhitespace) { throw ValidationError("--text is empty.") }
        if self.file.isEmpty { throw ValidationError("--file is empty.") }
        for text in [self.text, self.bye ?? ""]
        where text.utf8.count > SpeechProgram.textBytesMax {
            throw ValidationError("A text is longer than \(SpeechProgram.textBytesMax) bytes.")
        }
        // It becomes an argument of another program.
        let parts = self.language.split(separator: "-", omittingEmptySubsequences: false)
        let isTag = parts.allSatisfy { part in
            (1...8).contains(part.utf8.count) && part.utf8.allSatisfy(Self.isAlphanumeric)
        }
        guard isTag, self.language.utf8.count <= 35 else {
            throw ValidationError("--language is no language tag such as en-GB.")
        }
        guard self.maxDigits.map({ $0.value <= Self.keysMax }) ?? true else {
            throw ValidationError("--max-digits is more than \(Self.keysMax).")
        }
        guard self.pin == nil || self.maxDigits == nil else {
            throw ValidationError("--pin and --max-digits exclude each other.")
        }
        guard self.accept.isEmpty || self.maxDigits != nil else {
            throw ValidationError("--accept needs --max-digits.")
        }
    }

    func run(in session: CommandSession) async throws -> ProgramStatus {
        let program = try SpeechProgram(environment: session.surroundings.environment)
        let sound = PromptSound(
            text: self.text,
            language: self.language,
            keys: try self.keys(session.surroundings),
            byeText: self.bye,
            plays: Int(self.repeat?.value ?? 1)
        )
        let audio = try sound.render(with: program)
        try SoundFile.write(audio.wav, to: self.file)
        try session.print(text: self.block(audio), json: self.object(audio))
        return .ok
    }

    private func keys(_ surroundings: CommandSurroundings) throws -> String {
        if let pin = try SecretArgument.value(self.pin, of: "--pin", surroundings) {
            return try Self.checked(pin, of: "--pin")
        }
        if let entry = self.accept.first { return try Self.checked(entry, of: "--accept") }
        let count = self.maxDigits.map { Int($0.value) } ?? 0
        return String("12345678901234567890".prefix(count))
    }

    private static func checked(_ keys: String, of flag: String) throws -> String {
        guard (1...self.keysMax).contains(keys.count),
            keys.allSatisfy({ DTMFTone.frequencies(of: $0) != nil })
        else {
            throw CommandFailure.badArguments(
                "\(flag) is not 1 to \(self.keysMax) of 0-9, * and #."
            )
        }
        return keys
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case _:
            false
        }
    }

    // MARK: Output

    private struct Object: Encodable {
        var file: String
        var seconds: Double
    }

    private func block(_ audio: WaveAudio) -> String {
        var block = FieldBlock()
        block.add("file", self.file)
        block.add("seconds", "\(Self.rounded(audio.seconds))")
        return block.text()
    }

    private func object(_ audio: WaveAudio) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let object = Object(file: self.file, seconds: Self.rounded(audio.seconds))
        return String(decoding: try encoder.encode(object), as: UTF8.self)
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
