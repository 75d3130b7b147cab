import Glibc

/// Makes a listening Unix socket at a path.
///
/// The file has its mode and owner before anyone can connect: until `listen` the kernel refuses.
struct UnixSocketListener {
    /// Longest path of a Unix socket, in bytes: `sun_path` without its final zero (unix(7)).
    static let pathBytesMax = 107

    let descriptor: CInt

    /// Makes the socket.
    ///
    /// - Throws: ``TTRPCError`` with the path and what to do about it.
    init(path: String, configuration: TTRPCServerConfiguration) throws(TTRPCError) {
        guard !path.isEmpty, path.utf8.count <= Self.pathBytesMax, !path.utf8.contains(0) else {
            throw TTRPCError(
                .socketPathTooLong,
                "The socket path '\(path)' has \(path.utf8.count) bytes; it must have 1 to "
                    + "\(Self.pathBytesMax) and no zero byte."
            )
        }
        try Self.removeStale(path)
        let descriptor = try Self.socket(path)
        do throws(TTRPCError) {
            try Self.check(path, "bind", Self.withAddress(path) { bind(descriptor, $0, $1) })
            do throws(TTRPCError) {
                try Self.check(path, "set the mode of", chmod(path, configuration.socketMode))
                if configuration.socketOwnerID != nil || configuration.socketGroupID != nil {
                    // -1 leaves an id as it is (chown(2)).
                    let owner = configuration.socketOwnerID ?? .max
                    let group = configuration.socketGroupID ?? .max
                    try Self.check(path, "set the owner of", chown(path, owner, group))
                }
                try Self.check(path, "listen on", listen(descriptor, configuration.backlog))
            } catch {
                unlink(path)
                throw error
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Removes the socket file of a listener that stops.
    static func remove(_ path: String) {
        // One that is gone already is as good.
        _ = unlink(path)
    }

    /// Changes how many connections may wait on a socket that listens already.
    static func setBacklog(_ backlog: CInt, of descriptor: CInt) throws(TTRPCError) {
        guard listen(descriptor, backlog) != 0 else { return }
        let number = errno
        throw TTRPCError(
            .cannotListen,
            "Cannot listen on socket \(descriptor): \(String(cString: strerror(number))).",
            errorNumber: number
        )
    }

    /// Removes a socket file on which nobody listens.
    private static func removeStale(_ path: String) throws(TTRPCError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw TTRPCError(
                .notASocket,
                "Cannot listen on '\(path)': something that is not a socket is in the way."
            )
        }
        let descriptor = try self.socket(path)
        defer { close(descriptor) }
        // Not blocking: a listener whose backlog is full answers EAGAIN, and is alive.
        let result = self.withAddress(path) { connect(descriptor, $0, $1) }
        guard result != 0, errno == ECONNREFUSED || errno == ENOENT else {
            throw TTRPCError(
                .socketInUse,
                "Cannot listen on '\(path)': another process listens there.",
                errorNumber: EADDRINUSE
            )
        }
        if unlink(path) != 0, errno != ENOENT {
            throw self.failure(path, "remove the stale socket", errno)
        }
    }

    private static func socket(_ path: String) throws(TTRPCError) -> CInt {
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw self.failure(path, "make a socket for", errno) }
        return descriptor
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func check(
        _ path: String,
        _ attempt: String,
        _ result: CInt
    ) throws(TTRPCError) {
        guard result != 0 else { return }
        throw self.failure(path, attempt, errno)
    }

    private static func failure(_ path: String, _ attempt: String, _ number: CInt) -> TTRPCError {
        let reason = String(cString: strerror(number))
        return TTRPCError(
            .cannotListen,
            "Cannot \(attempt) '\(path)': \(reason).",
            errorNumber: number
        )
    }
}
