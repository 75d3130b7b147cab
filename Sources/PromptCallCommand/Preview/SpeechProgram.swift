import Glibc

/// espeak-ng, which makes sound of words on this machine.
///
/// Words go to its standard input alone: its arguments can be seen by other users.
struct SpeechProgram {
    static let name = "espeak-ng"

    /// Longest text, in bytes, as the daemon takes it.
    static let textBytesMax = 32 << 10
    /// Most sound that is taken, in bytes: ten minutes and more.
    private static let soundBytesMax = 64 << 20
    /// How long it may be silent, in milliseconds.
    private static let silenceMax: CInt = 60_000
    private static let chunkBytes = 64 << 10

    private let path: String
    private let environment: [String: String]

    /// Looks for it where the variable `PATH` says.
    ///
    /// - Throws: ``CommandFailure`` that says what to install.
    init(environment: [String: String]) throws {
        let directories = (environment["PATH"] ?? "").split(separator: ":")
        let paths = directories.map { "\($0)/\(Self.name)" }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw CommandFailure(
                status: .unexpected,
                code: "NOT_INSTALLED",
                message: "\(Self.name) is not installed; on Debian: apt-get install \(Self.name)."
            )
        }
        self.path = path
        self.environment = environment
    }

    /// What a text sounds like.
    ///
    /// Blocks until it is done.
    ///
    /// - Parameters:
    ///   - text: At most ``textBytesMax`` bytes; SSML where it starts with `<speak`.
    ///   - language: A language tag, such as `en-GB`.
    /// - Returns: At the program's own sample rate.
    /// - Throws: ``CommandFailure``, without the text.
    func say(_ text: String, in language: String) throws -> WaveAudio {
        var arguments = ["-v", language, "-b", "1", "--stdin", "--stdout"]
        if text.hasPrefix("<speak") { arguments.insert("-m", at: 0) }
        let child = try Child(self.path, arguments, self.environment)
        child.feed(Array(text.utf8))
        let sound: [UInt8]
        do {
            sound = try child.output(
                bytesMax: Self.soundBytesMax,
                chunkBytes: Self.chunkBytes,
                silenceMax: Self.silenceMax
            )
        } catch {
            child.kill()
            _ = child.wait()
            throw error
        }
        guard child.wait() == 0 else {
            throw CommandFailure.unexpected(
                "\(Self.name) failed; it may not speak '\(language)', which Nexmo may."
            )
        }
        do {
            return try WaveAudio(wav: sound)
        } catch {
            throw CommandFailure.unexpected("What \(Self.name) wrote is \(error).")
        }
    }
}
