package import Cryptography

/// A Nexmo key that calls may use by name, as far as requests to Nexmo need it.
package struct NexmoProfile: Sendable {
    package var name: String
    package var applicationID: String
    package var key: RSAPrivateKey
    /// Where the API is, such as `https://api-eu-1.nexmo.com`; nil for the default.
    package var url: String?

    package init(name: String, applicationID: String, key: RSAPrivateKey, url: String? = nil) {
        self.name = name
        self.applicationID = applicationID
        self.key = key
        self.url = url
    }
}
