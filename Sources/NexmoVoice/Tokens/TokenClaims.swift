/// The claims of a JWT that matter here.
struct TokenClaims {
    var issuer: String?
    var apiKey: String?
    var applicationID: String?
    var payloadHash: String?
    /// In seconds since 1970, what is finer cut off.
    var issuedAt: Int64?
    var expiresAt: Int64?
    /// Whether there is a claim `exp`, readable or not.
    var hasExpiry = false

    /// Latest moment that is read, in seconds since 1970: the year 9999.
    private static let secondsMax: Int64 = 253_402_300_799

    init(_ json: [UInt8]) throws(JSONError) {
        var reader = try JSONReader(object: json)
        while let key = try reader.nextKey() {
            switch key {
            case "iss": self.issuer = try reader.scalar()
            case "api_key": self.apiKey = try reader.scalar()
            case "application_id": self.applicationID = try reader.scalar()
            case "payload_hash": self.payloadHash = try reader.scalar()
            case "iat": self.issuedAt = Self.seconds(try reader.scalar())
            case "exp":
                self.hasExpiry = true
                self.expiresAt = Self.seconds(try reader.scalar())
            default: try reader.skip()
            }
        }
        try reader.end()
    }

    /// Reads a `NumericDate` (RFC 7519), which may have a fraction.
    private static func seconds(_ text: String?) -> Int64? {
        guard let whole = text?.prefix(while: { $0 != "." }), let seconds = Int64(whole),
            (0...self.secondsMax).contains(seconds)
        else { return nil }
        return seconds
    }
}
