#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file with a JSON line for each body that was asked of the simulator or answered to it, whole,
/// for a judge that knows Nexmo by other means (`scripts/check-requests`).
///
/// Lines hold texts and numbers: it is for tests alone.
package final class RequestRecorder: Sendable {
    package enum Kind: String, Sendable {
        /// The body of `POST /v1/calls`.
        case create
        /// The body of `PUT /v1/calls/{uuid}`.
        case control
        /// The NCCO that a webhook was answered.
        case ncco
    }

    private let descriptor: Int32

    /// Appends to a file; nil where it cannot be opened.
    package init?(path: String) {
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard self.descriptor >= 0 else { return nil }
    }

    deinit { close(self.descriptor) }

    /// Writes a line in one go, which keeps it whole beside those of others.
    package func write(_ kind: Kind, _ body: [UInt8]) {
        let line = Array("{\"kind\":\"\(kind.rawValue)\",\"body\":".utf8) + body + Array("}\n".utf8)
        // A line that the file system refuses is lost, and the judge counts what there is.
        _ = line.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) }
    }

    func write(_ kind: Kind, _ body: JSON) { self.write(kind, body.bytes) }

    /// Writes what a webhook was answered, where that is JSON.
    func write(_ answer: WebhookAnswer) {
        guard case .answered(200, _, let body) = answer, let value = try? JSON.parse(body) else {
            return
        }
        self.write(.ncco, value)
    }
}
