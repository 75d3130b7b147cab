import Glibc
import NIOCore

/// Puts into words why a client cannot connect.
enum ConnectFailure {
    static func pathTooLong(_ path: String) -> TTRPCError {
        TTRPCError(
            .socketPathTooLong,
            "The socket path '\(path)' has \(path.utf8.count) bytes; "
                + "\(UnixSocketListener.pathBytesMax) are the most."
        )
    }

    static func explain(_ error: any Error, _ path: String) -> TTRPCError {
        guard let number = (error as? IOError)?.errnoCode else {
            return TTRPCError(.cannotConnect, "Cannot connect to '\(path)': \(error).")
        }
        let (code, reason): (TTRPCError.Code, String) =
            switch number {
            case ENOENT: (.notListening, "there is no such socket; is the server running?")
            case ECONNREFUSED: (.notListening, "nobody listens there; is the server running?")
            case EACCES, EPERM: (.notPermitted, "the socket's permissions do not let this user in.")
            case EAGAIN: (.cannotConnect, "too many connections wait to be accepted there.")
            default: (.cannotConnect, String(cString: strerror(number)) + ".")
            }
        return TTRPCError(
            code,
            "Cannot connect to '\(path)': \(reason)",
            errorNumber: number
        )
    }
}
