internal import Glibc

/// A listening socket that systemd hands over (sd_listen_fds(3)).
package enum SocketActivation {
    /// The first descriptor that is handed over.
    private static let firstDescriptor: Int32 = 3

    /// The descriptor of the RPC socket; nil where none was handed to this process.
    package static func descriptor(environment: [String: String]) -> Int32? {
        guard environment["LISTEN_PID"] == "\(getpid())",
            let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), count >= 1
        else { return nil }
        _ = fcntl(self.firstDescriptor, F_SETFD, FD_CLOEXEC)
        return self.firstDescriptor
    }
}
