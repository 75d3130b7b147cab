import ArgumentParser

/// What every command takes.
struct CommonOptions: ParsableArguments {
    static let socketPathDefault = "/run/promptcall/promptcall.sock"

    @Option(
        help: ArgumentHelp(
            "The daemon's socket. (PROMPTCALL_SOCKET; default: \(Self.socketPathDefault))",
            valueName: "path"
        )
    )
    var socket: String?

    @Option(help: ArgumentHelp("How answers and errors are written.", valueName: "format"))
    var output: OutputFormat = .text

    func validate() throws {
        if self.socket == "" { throw ValidationError("--socket is empty.") }
    }

    /// The flag, else the environment, else the default; an empty variable counts as not set.
    func socketPath(_ environment: [String: String]) -> String {
        if let socket = self.socket { return socket }
        if let socket = environment["PROMPTCALL_SOCKET"], !socket.isEmpty { return socket }
        return Self.socketPathDefault
    }
}
