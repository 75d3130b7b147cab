import Glibc

/// A program that was started, with its input and output in our hands and its complaints dropped.
struct Child {
    private let process: pid_t
    /// Its standard input and output; a socket, for writing to one whose reader is gone raises no
    /// signal.
    private let ours: CInt

    /// Starts it.
    ///
    /// - Throws: ``CommandFailure`` where the system does not let it.
    init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.failure(path, errno) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)

        var process: pid_t = 0
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let number = Self.withCStrings([path] + arguments) { arguments in
            Self.withCStrings(variables) { variables in
                posix_spawn(&process, path, &actions, nil, arguments, variables)
            }
        }
        guard number == 0 else {
            close(ends[0])
            throw Self.failure(path, number)
        }
        self.process = process
        self.ours = ends[0]
    }

    /// Writes all of its input, and ends it.
    ///
    /// That it does not read to the end is no failure.
    func feed(_ bytes: [UInt8]) {
        defer { shutdown(self.ours, CInt(SHUT_WR)) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                send(self.ours, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Reads its output to the end.
    ///
    /// - Parameters:
    ///   - bytesMax: Most that is taken.
    ///   - chunkBytes: How much is read at a time.
    ///   - silenceMax: How long it may write nothing, in milliseconds.
    /// - Returns: What it wrote.
    /// - Throws: ``CommandFailure`` where it is silent, writes too much, or cannot be read from.
    func output(bytesMax: Int, chunkBytes: Int, silenceMax: CInt) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            var poll = pollfd(fd: self.ours, events: Int16(POLLIN), revents: 0)
            let ready = Glibc.poll(&poll, 1, silenceMax)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else {
                throw CommandFailure.unexpected("The speech program does not answer.")
            }
            let count = read(self.ours, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                // It ended without reading all of its input.
                if errno == ECONNRESET { return bytes }
                throw CommandFailure.unexpected("The speech program cannot be read from.")
            }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else {
                throw CommandFailure.unexpected("The speech program writes without an end.")
            }
        }
    }

    /// Ends it at once.
    func kill() { Glibc.kill(self.process, SIGKILL) }

    /// Waits until it has ended, which is the last that can be asked of it; 0 where it ended well.
    func wait() -> CInt {
        close(self.ours)
        var status: CInt = 0
        while waitpid(self.process, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status
    }

    private static func failure(_ path: String, _ number: CInt) -> CommandFailure {
        .unexpected("Cannot start '\(path)': \(String(cString: strerror(number))).")
    }

    /// Gives a closure an array of C strings with a null behind them.
    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
