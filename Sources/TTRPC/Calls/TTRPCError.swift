/// Why a server could not listen or a client could not connect.
public struct TTRPCError: Error, Sendable {
    /// What to branch on.
    public enum Code: Hashable, Sendable {
        /// The path does not fit a Unix socket address, which takes 107 bytes.
        case socketPathTooLong
        /// Another process listens on the path.
        case socketInUse
        /// The path is taken by something that is not a socket.
        case notASocket
        /// The socket could not be made, named, given its mode or owner, or listened on.
        case cannotListen
        /// Nobody listens on the path, or it does not exist.
        case notListening
        /// The socket's mode does not let this user connect.
        case notPermitted
        /// Connecting failed in another way.
        case cannotConnect
        /// The client was closed.
        case clientClosed
    }

    /// What to branch on.
    public var code: Code
    /// For a person, with the path.
    public var message: String
    /// The system's error number, where there is one.
    public var errorNumber: Int32?

    init(_ code: Code, _ message: String, errorNumber: Int32? = nil) {
        self.code = code
        self.message = message
        self.errorNumber = errorNumber
    }
}

extension TTRPCError: CustomStringConvertible {
    /// The message.
    public var description: String { self.message }
}
