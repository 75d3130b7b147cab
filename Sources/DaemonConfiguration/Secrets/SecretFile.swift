/// The name of a file that holds a secret, and the key that gave it.
package struct SecretFile: Hashable, Sendable {
    /// Absolute, or relative to the working directory or `$CREDENTIALS_DIRECTORY`.
    package var path: String
    /// Full path of the key in the YAML file, such as `profiles.default.private-key-file`.
    package var key: String

    package init(path: String, key: String) {
        self.path = path
        self.key = key
    }
}
