/// Where a value was written, as the operator would name it.
enum SettingOrigin: Equatable, Sendable {
    /// Nowhere; the default of this key.
    case builtIn(key: String)
    case flag(String)
    case variable(String)
    case file(String, key: String, line: Int?)

    /// Says of a value that nobody wrote it; empty for one that somebody did.
    var byDefault: String {
        switch self {
        case .builtIn: " by default"
        case .flag, .variable, .file: ""
        }
    }

    /// The value cannot be used.
    func refused(_ message: String) -> ConfigurationError {
        switch self {
        case .flag(let name):
            ConfigurationError(code: .usage, setting: name, message: message)
        case .builtIn(let name), .variable(let name):
            ConfigurationError(code: .configuration, setting: name, message: message)
        case .file(let file, let key, let line):
            ConfigurationError(
                code: .configuration,
                setting: key,
                file: file,
                line: line,
                message: message
            )
        }
    }

    /// The value can be used, but not together with others. Such a refusal is about the
    /// configuration even where a flag takes part in it.
    func contradicted(_ message: String) -> ConfigurationError {
        var error = self.refused(message)
        error.code = .configuration
        return error
    }
}
