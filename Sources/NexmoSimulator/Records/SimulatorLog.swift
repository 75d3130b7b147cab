import FoundationEssentials
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file with one JSON line for each request that was answered and each webhook that was sent.
///
/// Lines hold times, kinds, statuses and UUIDs, and the last two digits of numbers; never texts,
/// keys pressed, tokens or URLs.
final class SimulatorLog: Sendable {
    /// A lock that keeps lines whole.
    private let descriptor: Mutex<Int32>

    /// - Throws: `CocoaError` where the file cannot be opened for appending.
    init(path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        self.descriptor = Mutex(descriptor)
    }

    deinit { _ = self.descriptor.withLock { close($0) } }

    /// A line that the file system refuses is lost.
    func write(_ line: JSON) {
        let bytes = line.bytes + [UInt8(ascii: "\n")]
        self.descriptor.withLock { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
