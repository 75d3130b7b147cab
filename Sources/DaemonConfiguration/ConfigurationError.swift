/// Why the daemon's settings cannot be used.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A flag has an unusable value.
        case usage
        /// The environment, the file or a file it names is unusable, or settings contradict.
        case configuration

        /// The exit code of `promptcalld` (sysexits.h: `EX_USAGE`, `EX_CONFIG`).
        package var exitCode: Int32 {
            switch self {
            case .usage: 64
            case .configuration: 78
            }
        }
    }

    package var code: Code
    /// The setting as the operator wrote it: `--socket`, `PROMPTCALL_SOCKET`, `webhook.listen`.
    package var setting: String
    /// Name of the YAML file, where the setting is a key in it.
    package var file: String?
    /// Line in ``file``, from 1.
    package var line: Int?
    /// What is wrong and what to do. Never holds a secret.
    package var message: String

    package init(
        code: Code,
        setting: String,
        file: String? = nil,
        line: Int? = nil,
        message: String
    ) {
        self.code = code
        self.setting = setting
        self.file = file
        self.line = line
        self.message = message
    }

    /// One line: `FILE:LINE: SETTING: MESSAGE`, without the parts that are not known.
    package var description: String {
        var place = ""
        if let file = self.file {
            place = self.line.map { "\(file):\($0): " } ?? "\(file): "
        }
        return self.setting.isEmpty
            ? "\(place)\(self.message)" : "\(place)\(self.setting): \(self.message)"
    }
}
