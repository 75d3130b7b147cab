/// The `Authorization` header of a bearer (RFC 6750).
enum BearerToken {
    /// The token of a header; nil where its scheme is another.
    static func token(of header: String) -> Substring? {
        let parts = header.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, Substring(parts[0]).lowercased() == "bearer" else { return nil }
        return Substring(parts[1])
    }
}
