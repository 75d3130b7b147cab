import ArgumentParser
import PromptCallAPI

/// What the callee must key in.
struct EntryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The PIN to ask for, or - to read it from standard input, which is safer: arguments \
            can be seen by other users of the machine.
            """
        )
    )
    var pin: String?

    @Option(
        help: ArgumentHelp("Without --pin: collect up to so many digits.", valueName: "count")
    )
    var maxDigits: Count?

    @Option(
        help: ArgumentHelp("With --max-digits: shorter entries are wrong.", valueName: "count")
    )
    var minDigits: Count?

    @Option(
        help: ArgumentHelp(
            "With --max-digits: an entry that counts; any other is wrong. (repeatable)",
            valueName: "digits"
        )
    )
    var accept: [String] = []

    @Option(help: ArgumentHelp("Rounds of asking. (default: 3)", valueName: "count"))
    var maxAttempts: Count?

    @Option(
        help: ArgumentHelp("Silence that ends an entry. (default: 5s)", valueName: "duration"),
        transform: DurationArgument.init(reading:)
    )
    var inputTimeout: DurationArgument?

    @Flag(help: "Take # as a digit, not as the end of an entry.")
    var hashIsDigit = false

    func validate() throws {
        // Taken as "no PIN", it would turn the question into an announcement that ends well.
        if self.pin == "" { throw ValidationError("--pin is empty.") }
    }

    func apply(
        to request: inout Promptcall_V1_SubmitRequest,
        from surroundings: CommandSurroundings
    ) throws {
        request.pinCode = try SecretArgument.value(self.pin, of: "--pin", surroundings) ?? ""
        request.maxDigits = self.maxDigits?.value ?? 0
        request.minDigits = self.minDigits?.value ?? 0
        request.accept = self.accept
        request.maxAttempts = self.maxAttempts?.value ?? 0
        request.hashIsDigit = self.hashIsDigit
        if let timeout = self.inputTimeout { request.inputTimeout = timeout.message }
    }
}
