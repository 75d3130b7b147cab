import Glibc

/// A file descriptor that text is written to, unbuffered.
package struct OutputDescriptor: Sendable {
    private let descriptor: CInt

    /// Writes to a descriptor that stays open, such as `STDOUT_FILENO`.
    package init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Writes all of a text; blocks while the reader is slow.
    ///
    /// - Parameter text: What is written.
    /// - Throws: ``OutputError`` with the number of the error, such as `EPIPE` where nobody reads.
    package func write(_ text: String) throws(OutputError) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                let left = UnsafeRawBufferPointer(rebasing: $0[written...])
                return Glibc.write(self.descriptor, left.baseAddress, left.count)
            }
            if count >= 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            // Whoever shares the descriptor made it non-blocking.
            case EAGAIN: self.waitForRoom()
            case let number: throw OutputError(errorNumber: number)
            }
        }
    }

    private func waitForRoom() {
        var poll = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        // What makes it fail, the next write tells.
        _ = Glibc.poll(&poll, 1, -1)
    }
}
