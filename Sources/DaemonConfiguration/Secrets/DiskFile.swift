#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads whole small files from the disk.
package enum DiskFile {
    /// Why a file could not be read, in the system's words.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package var description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Longest file that is read, in bytes.
    package static let bytesMax = 1 << 20
    private static let chunkBytes = 16 << 10

    /// What a file holds.
    ///
    /// - Throws: ``Failure`` where it cannot be opened or read, or is longer than ``bytesMax``.
    package static func bytes(at path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(errno) }
        defer { close(descriptor) }

        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            let code = errno
            if count == 0 { return bytes }
            if count < 0 {
                guard code == EINTR else { throw Self.failure(code) }
                continue
            }
            bytes += chunk[..<count]
            guard bytes.count <= Self.bytesMax else {
                throw Failure(description: "longer than \(Self.bytesMax) bytes")
            }
        }
    }

    /// What a text file holds.
    ///
    /// - Throws: ``Failure`` as ``bytes(at:)``, and where it is not UTF-8.
    package static func text(at path: String) throws(Failure) -> String {
        guard let text = String(validating: try Self.bytes(at: path), as: UTF8.self) else {
            throw Failure(description: "not UTF-8 text")
        }
        return text
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(description: String(cString: strerror(code)))
    }
}
