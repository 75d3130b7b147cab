import Logging

extension DaemonConfiguration {
    /// Longest configuration file, in bytes.
    private static let fileBytesMax = 1 << 20

    /// Reads flags, environment and the file that `--config` names into one checked value.
    ///
    /// Flags win over environment, environment over the file; every value is checked, also one
    /// that another overrides. An empty variable is one that is not set.
    ///
    /// - Parameters:
    ///   - flags: The command line.
    ///   - environment: Variables by name.
    ///   - readFile: Reads the file of a path as text; what it throws is part of the error.
    /// - Returns: The settings, with defaults filled in.
    /// - Throws: ``ConfigurationError``, code `usage` for a flag and `configuration` for all else.
    package static func load(
        flags: FlagValues,
        environment: [String: String],
        readFile: (String) throws -> String
    ) throws(ConfigurationError) -> DaemonConfiguration {
        var flagTexts: [LayeredSetting: SettingLayer.Given<String>] = [:]
        var variableTexts: [LayeredSetting: SettingLayer.Given<String>] = [:]
        for setting in LayeredSetting.allCases {
            if let text = setting.text(in: flags) {
                flagTexts[setting] = .init(value: text, origin: .flag(setting.flag))
            }
            if let text = environment[setting.variable], !text.isEmpty {
                variableTexts[setting] = .init(value: text, origin: .variable(setting.variable))
            }
        }
        let flagLayer = try SettingLayer.parse(flagTexts)
        let variableLayer = try SettingLayer.parse(variableTexts)
        let file = try Self.file(at: flags.configPath, readFile: readFile)

        let settings = flagLayer.over(variableLayer).over(file.layer)
        return try Self.assemble(settings, file)
    }

    private static func file(
        at path: String?,
        readFile: (String) throws -> String
    ) throws(ConfigurationError) -> ConfigurationFile {
        guard let path else { return ConfigurationFile() }
        guard !path.isEmpty else {
            throw SettingOrigin.flag("--config").refused("is empty; give the path of a file")
        }
        let text: String
        do {
            text = try readFile(path)
        } catch {
            throw SettingOrigin.flag("--config").contradicted("'\(path)' cannot be read: \(error)")
        }
        guard text.utf8.count <= Self.fileBytesMax else {
            throw SettingOrigin.flag("--config")
                .contradicted("'\(path)' is longer than \(Self.fileBytesMax) bytes")
        }
        return try ConfigurationFile(text, file: path)
    }

    /// Fills in the defaults and checks what only shows in the whole.
    private static func assemble(
        _ settings: SettingLayer,
        _ file: ConfigurationFile
    ) throws(ConfigurationError) -> DaemonConfiguration {
        let nexmoURL =
            settings.nexmoURL
            ?? .init(value: Self.defaultNexmoURL, origin: .builtIn(key: "nexmo.url"))
        let (listen, webhookURL) = try Self.webhook(settings)

        let nexmoURLs = [nexmoURL] + file.profiles.compactMap(\.url)
        try Self.checkPublicUse(of: nexmoURLs, webhookURL, hasGuard: file.guard != nil)

        let callsPerSecond = settings.callsPerSecond?.value ?? Self.defaultCallsPerSecond
        return DaemonConfiguration(
            socketPath: settings.socketPath?.value ?? "/run/promptcall/promptcall.sock",
            dataDirectory: settings.dataDirectory?.value ?? "/var/lib/promptcall",
            webhook: WebhookConfiguration(listen: listen, url: webhookURL.value),
            nexmo: NexmoConfiguration(
                url: nexmoURL.value,
                callsPerSecond: callsPerSecond,
                caFile: file.nexmoCAFile,
                proxy: file.nexmoProxy
            ),
            drainGrace: settings.drainGrace?.value ?? .seconds(10),
            log: LogConfiguration(
                level: settings.logLevel?.value ?? .info,
                format: settings.logFormat?.value
            ),
            profiles: Self.profiles(
                file.profiles,
                url: nexmoURL.value,
                callsPerSecond: callsPerSecond
            ),
            callers: file.callers,
            guard: file.guard,
            queue: file.queue,
            keyFile: file.keyFile,
            callbackSigningSecretFile: file.callbackSigningSecretFile,
            retention: file.retention
        )
    }

    /// Nexmo's own address (Voice API reference, "Base URL").
    private static let defaultNexmoURL = HTTPURL(scheme: .https, host: .nexmo, port: 443)
    /// Calls per second of a Nexmo account that has not asked for more.
    private static let defaultCallsPerSecond = 3

    private static func webhook(
        _ settings: SettingLayer
    ) throws(ConfigurationError) -> (ListenAddress?, SettingLayer.Given<HTTPURL>) {
        let listen = settings.listen?.value ?? .on(ListenAddress(host: .loopback, port: 8080))
        switch (listen, settings.webhookURL) {
        case (.off, let url?):
            return (nil, url)
        case (.on(let address), let url?):
            return (address, url)
        case (.on(let address), nil):
            let url = HTTPURL(scheme: .http, host: address.host, port: address.port)
            return (address, .init(value: url, origin: .builtIn(key: "webhook.url")))
        case (.off, nil):
            let origin = settings.listen?.origin ?? .builtIn(key: "webhook.listen")
            throw origin.contradicted(
                "is off, so webhook.url must say where the sidecar answers; "
                    + "set webhook.url, PROMPTCALL_WEBHOOK_URL or --webhook-url"
            )
        }
    }

    /// A public Nexmo can neither reach a webhook on this machine nor be left to ring any number.
    private static func checkPublicUse(
        of nexmoURLs: [SettingLayer.Given<HTTPURL>],
        _ webhookURL: SettingLayer.Given<HTTPURL>,
        hasGuard: Bool
    ) throws(ConfigurationError) {
        guard let nexmo = nexmoURLs.first(where: { $0.value.host.isPublic }) else { return }
        let host = nexmo.value.host
        let nexmoSetting = nexmo.origin.refused("").setting
        guard !webhookURL.value.host.isLoopback else {
            throw webhookURL.origin.contradicted(
                "is \(webhookURL.value)\(webhookURL.origin.byDefault), which the public Nexmo host "
                    + "\(host) (\(nexmoSetting)) cannot reach; set webhook.url to a public address of the sidecar"
            )
        }
        guard hasGuard else {
            throw nexmo.origin.contradicted(
                "is the public Nexmo host \(host)\(nexmo.origin.byDefault), which needs the key "
                    + "guard in the file; add guard.allow-prefixes with the prefixes that may be rung, or [\"*\"] for all"
            )
        }
    }

    private static func profiles(
        _ stated: [StatedProfile],
        url: HTTPURL,
        callsPerSecond: Int
    ) -> [ProfileConfiguration] {
        var rates: [String: Int] = [:]
        for profile in stated {
            if let rate = profile.callsPerSecond?.value { rates[profile.rateAccount] = rate }
        }
        return stated.map { profile in
            ProfileConfiguration(
                name: profile.name,
                applicationID: profile.applicationID,
                privateKeyFile: profile.privateKeyFile,
                signatureSecretFile: profile.signatureSecretFile,
                statedAccount: profile.account,
                callsPerSecond: rates[profile.rateAccount] ?? callsPerSecond,
                from: profile.from,
                url: profile.url?.value ?? url,
                callingWindow: profile.callingWindow,
                machineDetection: profile.machineDetection ?? .advanced
            )
        }
    }
}
