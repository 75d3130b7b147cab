/// The `Authorization` header of a bearer (RFC 6750).
enum BearerToken {
    /// The token of a header; nil where its scheme is another.
    static func token(of header: String) -> Substring? {
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1]
    }
}
