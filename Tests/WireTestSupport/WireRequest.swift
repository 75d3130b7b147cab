/// An HTTP request as it came over the wire.
package struct WireRequest: Sendable {
    /// Method and path.
    package var line: String
    package var headers: [String]
    package var body: String

    package var isCreate: Bool { self.line.hasPrefix("POST ") }

    /// Reads a request from the front of these bytes.
    ///
    /// - Returns: The request and its length in bytes; nil where it is not here as a whole.
    package static func first(in bytes: some Collection<UInt8>) -> (Self, length: Int)? {
        let bytes = Array(bytes)
        let blank = Array("\r\n\r\n".utf8)
        guard let end = bytes.firstRange(of: blank) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            .split(separator: "\r\n").map(String.init)
        let lengthName = "content-length: "
        let bodyLength =
            head.first { $0.lowercased().hasPrefix(lengthName) }
            .flatMap { Int($0.dropFirst(lengthName.count)) } ?? 0
        let length = end.upperBound + bodyLength
        guard bytes.count >= length else { return nil }
        let words = (head.first ?? "").split(separator: " ").prefix(2)
        let request = Self(
            line: words.joined(separator: " "),
            headers: Array(head.dropFirst()),
            body: String(decoding: bytes[end.upperBound..<length], as: UTF8.self)
        )
        return (request, length)
    }
}
