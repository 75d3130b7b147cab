/// What the YAML file says, each value checked on its own.
struct ConfigurationFile {
    /// The top of the file.
    enum Key: String, CaseIterable {
        case socket
        case dataDirectory = "data-dir"
        case webhook
        case nexmo
        case drainGrace = "drain-grace"
        case log
        case profiles
        case callers
        case `guard`
        case queue
        case keyFile = "key-file"
        case callback
        case retention
    }

    private enum WebhookKey: String, CaseIterable { case listen, url }
    private enum NexmoKey: String, CaseIterable {
        case url
        case callsPerSecond = "calls-per-second"
        case caFile = "ca-file"
        case proxy
    }
    private enum LogKey: String, CaseIterable { case level, format }
    private enum QueueKey: String, CaseIterable {
        case expireAfter = "expire-after"
        case liveCallsMax = "live-calls-max"
    }
    private enum CallbackKey: String, CaseIterable {
        case signingSecretFile = "signing-secret-file"
    }
    private enum RetentionKey: String, CaseIterable { case calls, events }

    var layer = SettingLayer()
    var profiles: [StatedProfile] = []
    var callers: [CallerConfiguration]?
    var `guard`: GuardConfiguration?
    var queue = QueueConfiguration()
    var nexmoCAFile: SecretFile?
    var nexmoProxy: HTTPURL?
    var keyFile: SecretFile?
    var callbackSigningSecretFile: SecretFile?
    var retention = RetentionConfiguration()

    private static let expireAfterRange = Duration.seconds(1)...Duration.seconds(30 * 86400)
    private static let liveCallsRange = 1...1_000_000
    private static let retentionRange = Duration.seconds(1)...Duration.seconds(3650 * 86400)

    /// A file that says nothing.
    init() {}

    /// Reads the text of a file.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong. A key that is not
    ///   available yet is reported only where nothing else is.
    init(_ text: String, file: String) throws(ConfigurationError) {
        guard let node = try FileNode.top(of: text, file: file) else { return }
        let top = try node.section(of: Key.self)
        self.layer = try SettingLayer.parse(try Self.layeredTexts(top))
        if let node = top[.nexmo] { try self.readNexmo(node) }
        if let node = top[.profiles] { self.profiles = try self.readProfiles(node) }
        if let node = top[.callers] { self.callers = try self.readCallers(node) }
        if let node = top[.guard] { self.guard = try self.readGuard(node) }
        if let node = top[.queue] { try self.readQueue(node) }
        self.keyFile = try top[.keyFile]?.secretFile()
        self.callbackSigningSecretFile = try top[.callback]?.section(of: CallbackKey.self)[
            .signingSecretFile
        ]?.secretFile()
        if let node = top[.retention] { try self.readRetention(node) }
    }

    private static func layeredTexts(
        _ top: FileSection<Key>
    ) throws(ConfigurationError) -> [LayeredSetting: SettingLayer.Given<String>] {
        let webhook = try top[.webhook]?.section(of: WebhookKey.self)
        let nexmo = try top[.nexmo]?.section(of: NexmoKey.self)
        let log = try top[.log]?.section(of: LogKey.self)

        var texts: [LayeredSetting: SettingLayer.Given<String>] = [:]
        for setting in LayeredSetting.allCases {
            let node =
                switch setting {
                case .socket: top[.socket]
                case .dataDirectory: top[.dataDirectory]
                case .webhookListen: webhook?[.listen]
                case .webhookURL: webhook?[.url]
                case .nexmoURL: nexmo?[.url]
                case .callsPerSecond: nexmo?[.callsPerSecond]
                case .drainGrace: top[.drainGrace]
                case .logLevel: log?[.level]
                case .logFormat: log?[.format]
                }
            guard let node else { continue }
            let text = setting == .callsPerSecond ? try node.number() : try node.text()
            texts[setting] = SettingLayer.Given(value: text, origin: node.origin)
        }
        return texts
    }

    /// Reads what is not layered of the key `nexmo`.
    private mutating func readNexmo(_ node: FileNode) throws(ConfigurationError) {
        let section = try node.section(of: NexmoKey.self)
        self.nexmoCAFile = try section[.caFile]?.secretFile()
        self.nexmoProxy = try section[.proxy]?.value(SettingText.proxy)
    }

    private mutating func readQueue(_ node: FileNode) throws(ConfigurationError) {
        let section = try node.section(of: QueueKey.self)
        if let node = section[.expireAfter] {
            self.queue.expireAfter = try node.duration(in: Self.expireAfterRange)
        }
        if let node = section[.liveCallsMax] {
            self.queue.liveCallsMax = try node.integer(in: Self.liveCallsRange)
        }
    }

    private mutating func readRetention(_ node: FileNode) throws(ConfigurationError) {
        let section = try node.section(of: RetentionKey.self)
        if let node = section[.calls] {
            self.retention.calls = try node.duration(in: Self.retentionRange)
        }
        if let node = section[.events] {
            self.retention.events = try node.duration(in: Self.retentionRange)
        }
    }
}
