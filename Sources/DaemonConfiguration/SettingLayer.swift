import Logging

/// What one place says about the settings that all places can give; nil where it is silent.
struct SettingLayer {
    /// A value and where it was written.
    struct Given<Value> {
        var value: Value
        var origin: SettingOrigin
    }

    /// Whether and where to listen.
    enum Listen: Equatable {
        case off
        case on(ListenAddress)
    }

    var socketPath: Given<String>?
    var dataDirectory: Given<String>?
    var listen: Given<Listen>?
    var webhookURL: Given<HTTPURL>?
    var nexmoURL: Given<HTTPURL>?
    var callsPerSecond: Given<Int>?
    var drainGrace: Given<Duration>?
    var logLevel: Given<Logger.Level>?
    var logFormat: Given<LogFormat>?

    static let callsPerSecondRange = 1...100_000
    private static let drainGraceRange = Duration.zero...Duration.seconds(3600)

    /// Every value of this layer, and the lower one's where this is silent.
    func over(_ lower: SettingLayer) -> SettingLayer {
        SettingLayer(
            socketPath: self.socketPath ?? lower.socketPath,
            dataDirectory: self.dataDirectory ?? lower.dataDirectory,
            listen: self.listen ?? lower.listen,
            webhookURL: self.webhookURL ?? lower.webhookURL,
            nexmoURL: self.nexmoURL ?? lower.nexmoURL,
            callsPerSecond: self.callsPerSecond ?? lower.callsPerSecond,
            drainGrace: self.drainGrace ?? lower.drainGrace,
            logLevel: self.logLevel ?? lower.logLevel,
            logFormat: self.logFormat ?? lower.logFormat
        )
    }

    /// Checks every text that a place has, whether or not a higher one overrides it.
    static func parse(
        _ texts: [LayeredSetting: Given<String>]
    ) throws(ConfigurationError) -> SettingLayer {
        func value<Value>(
            _ setting: LayeredSetting,
            _ parse: (String) throws(InvalidValue) -> Value
        ) throws(ConfigurationError) -> Given<Value>? {
            guard let given = texts[setting] else { return nil }
            do {
                return Given(value: try parse(given.value), origin: given.origin)
            } catch {
                throw given.origin.refused(error.message)
            }
        }
        return SettingLayer(
            socketPath: try value(.socket, SettingText.socketPath),
            dataDirectory: try value(.dataDirectory, SettingText.path),
            listen: try value(.webhookListen, Self.listen),
            webhookURL: try value(.webhookURL, HTTPURL.init),
            nexmoURL: try value(.nexmoURL, HTTPURL.init),
            callsPerSecond: try value(.callsPerSecond) { text throws(InvalidValue) in
                try SettingText.integer(text, in: Self.callsPerSecondRange)
            },
            drainGrace: try value(.drainGrace) { text throws(InvalidValue) in
                try Duration(setting: text, in: Self.drainGraceRange)
            },
            logLevel: try value(.logLevel) { text throws(InvalidValue) in
                try SettingText.word(text, of: Logger.Level.self)
            },
            logFormat: try value(.logFormat) { text throws(InvalidValue) in
                try SettingText.word(text, of: LogFormat.self)
            }
        )
    }

    private static func listen(_ text: String) throws(InvalidValue) -> Listen {
        guard text != "off" else { return .off }
        do {
            return .on(try ListenAddress(text))
        } catch {
            throw InvalidValue("\(error.message); write 'off' to not listen at all")
        }
    }
}
