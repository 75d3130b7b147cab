import DaemonConfiguration
import Logging
import Testing

@Suite("Settings of three places")
struct SettingTests {
    @Test("Without anything said, defaults hold")
    func defaults() throws {
        let configuration = try load()
        #expect(configuration.socketPath == "/run/promptcall/promptcall.sock")
        #expect(configuration.dataDirectory == "/var/lib/promptcall")
        #expect(configuration.webhook.listen?.description == "127.0.0.1:8080")
        #expect(configuration.webhook.url.description == "http://127.0.0.1:8080")
        #expect(configuration.nexmo.callsPerSecond == 3)
        #expect(configuration.drainGrace == .seconds(10))
        #expect(configuration.log.level == .info)
        #expect(configuration.log.format == nil)
        #expect(configuration.log.format(onTerminal: true) == .text)
        #expect(configuration.log.format(onTerminal: false) == .json)
        #expect(configuration.profiles == [])
        #expect(configuration.callers == nil)
        #expect(configuration.guard == nil)
        #expect(configuration.queue == QueueConfiguration())
        #expect(configuration.queue.expireAfter == .seconds(600))
        #expect(configuration.queue.liveCallsMax == 1000)
        #expect(configuration.keyFile == nil)
        #expect(configuration.callbackSigningSecretFile == nil)
        #expect(configuration.retention.calls == .seconds(30 * 86400))
        #expect(configuration.retention.events == .seconds(7 * 86400))
    }

    /// One setting with the values that file, environment and flags give it.
    struct Case: Sendable, CustomTestStringConvertible {
        var setting: LayeredSetting
        var flag: any WritableKeyPath<FlagValues, String?> & Sendable
        var values: [String]
        var bad: String
        var read: @Sendable (DaemonConfiguration) -> String

        var testDescription: String { self.setting.key }
    }

    static let cases: [Case] = [
        Case(
            setting: .socket,
            flag: \.socket,
            values: ["/a.sock", "/b.sock", "/c.sock"],
            bad: "/" + String(repeating: "s", count: 107)
        ) { $0.socketPath },
        Case(
            setting: .dataDirectory,
            flag: \.dataDirectory,
            values: ["/a", "/b", "/c"],
            bad: "/a\0"
        ) { $0.dataDirectory },
        Case(
            setting: .webhookListen,
            flag: \.webhookListen,
            values: ["127.0.0.1:1", "[::1]:2", "localhost:0"],
            bad: "127.0.0.1"
        ) { $0.webhook.listen?.description ?? "off" },
        Case(
            setting: .webhookURL,
            flag: \.webhookURL,
            values: ["http://a.example", "https://b.example:1/x", "http://c.example/y"],
            bad: "ftp://a.example"
        ) { $0.webhook.url.description },
        Case(
            setting: .nexmoURL,
            flag: \.nexmoURL,
            values: ["http://127.0.0.1:1", "http://10.0.0.1", "http://localhost:3"],
            bad: "api.nexmo.com"
        ) { $0.nexmo.url.description },
        Case(
            setting: .callsPerSecond,
            flag: \.callsPerSecond,
            values: ["1", "20", "100000"],
            bad: "0"
        ) { "\($0.nexmo.callsPerSecond)" },
        Case(
            setting: .drainGrace,
            flag: \.drainGrace,
            values: ["500ms", "0s", "1h"],
            bad: "61m"
        ) { $0.drainGrace.settingText },
        Case(
            setting: .logLevel,
            flag: \.logLevel,
            values: ["trace", "notice", "critical"],
            bad: "loud"
        ) { $0.log.level.rawValue },
        Case(
            setting: .logFormat,
            flag: \.logFormat,
            values: ["text", "json", "text"],
            bad: "xml"
        ) { $0.log.format?.rawValue ?? "" },
    ]

    @Test("Every setting of the contract is covered")
    func complete() {
        #expect(Set(Self.cases.map(\.setting)) == Set(LayeredSetting.allCases))
    }

    @Test("Flags win over environment, environment over the file", arguments: cases)
    func precedence(of item: Case) throws {
        let yaml = Self.yaml(item.setting.key, item.values[0])
        let environment = [item.setting.variable: item.values[1]]
        var flags = FlagValues()
        if item.setting != .nexmoURL { flags = localNexmo }

        #expect(item.read(try load(yaml: yaml, flags: flags)) == item.values[0])
        #expect(
            item.read(try load(yaml: yaml, flags: flags, environment: environment))
                == item.values[1]
        )
        let emptied = [item.setting.variable: ""]
        #expect(
            item.read(try load(yaml: yaml, flags: flags, environment: emptied)) == item.values[0]
        )
        flags[keyPath: item.flag] = item.values[2]
        #expect(
            item.read(try load(yaml: yaml, flags: flags, environment: environment))
                == item.values[2]
        )
    }

    @Test("A bad value is refused under the name it was written with", arguments: cases)
    func badValues(of item: Case) throws {
        var flags = localNexmo
        flags[keyPath: item.flag] = item.bad
        let byFlag = #expect(throws: ConfigurationError.self) { try load(flags: flags) }
        #expect(byFlag?.code == .usage)
        #expect(byFlag?.code.exitCode == 64)
        #expect(byFlag?.setting == item.setting.flag)

        let byVariable = #expect(throws: ConfigurationError.self) {
            try load(environment: [item.setting.variable: item.bad])
        }
        #expect(byVariable?.code == .configuration)
        #expect(byVariable?.code.exitCode == 78)
        #expect(byVariable?.setting == item.setting.variable)

        let bad = item.bad.contains("\0") ? "\"/a\\0\"" : item.bad
        let byFile = #expect(throws: ConfigurationError.self) {
            try load(yaml: Self.yaml(item.setting.key, bad))
        }
        #expect(byFile?.code == .configuration)
        #expect(byFile?.setting == item.setting.key)
        #expect(byFile?.file == "c.yaml")
        #expect(byFile?.line == (item.setting.key.contains(".") ? 2 : 1))
    }

    @Test("An empty flag is a bad value", arguments: cases)
    func emptyFlag(of item: Case) throws {
        var flags = localNexmo
        flags[keyPath: item.flag] = ""
        let error = #expect(throws: ConfigurationError.self) { try load(flags: flags) }
        #expect(error?.setting == item.setting.flag)
        #expect(error?.code == .usage)
    }

    @Test("A bad value is refused where another overrides it")
    func overridden() {
        #expect(
            refusal(of: "drain-grace: soon", flags: FlagValues(drainGrace: "5s"))
                == "c.yaml:1: drain-grace: 'soon' is not a duration: write a whole number and a "
                + "unit of ms, s, m, h or d, such as 10s"
        )
    }

    @Test("A socket's path may have 107 bytes, counted as UTF-8")
    func socketLength() throws {
        let longest = "/" + String(repeating: "s", count: 106)
        #expect(try load(yaml: "socket: \(longest)").socketPath == longest)
        #expect(
            refusal(of: "socket: /\(String(repeating: "é", count: 54))")
                == "c.yaml:1: socket: is a path of 109 bytes, but a socket's may have 107 at most; "
                + "choose a shorter one"
        )
    }

    @Test("`off` listens nowhere and needs a URL")
    func off() throws {
        let yaml = "webhook:\n  listen: off\n"
        let configuration = try load(yaml: yaml + "  url: http://hooks.internal/p\n")
        #expect(configuration.webhook.listen == nil)
        #expect(configuration.webhook.url.description == "http://hooks.internal/p")

        let problem =
            "is off, so webhook.url must say where the sidecar answers; "
            + "set webhook.url, PROMPTCALL_WEBHOOK_URL or --webhook-url"
        #expect(refusal(of: yaml) == "c.yaml:2: webhook.listen: \(problem)")
        var flags = localNexmo
        flags.webhookListen = "off"
        #expect(refusal(of: "", flags: flags) == "--webhook-listen: \(problem)")
    }

    @Test("The default webhook URL follows the listen address, and a free port once it is known")
    func defaultURL() throws {
        var flags = localNexmo
        flags.webhookListen = "[::1]:0"
        let webhook = try load(flags: flags).webhook
        #expect(webhook.url(boundPort: 4711).description == "http://[::1]:4711")
        flags.webhookURL = "http://hooks.internal"
        let stated = try load(flags: flags).webhook
        #expect(stated.url(boundPort: 4711).description == "http://hooks.internal")
    }

    @Test("A file that cannot be read is named with the cause")
    func unreadableFile() {
        struct Cause: Error, CustomStringConvertible { let description = "Permission denied" }
        let error = #expect(throws: ConfigurationError.self) {
            try DaemonConfiguration.load(
                flags: FlagValues(configPath: "/etc/p.yaml"),
                environment: [:]
            ) { _ in throw Cause() }
        }
        #expect(
            error?.description
                == "--config: '/etc/p.yaml' cannot be read: Permission denied"
        )
        #expect(error?.code == .configuration)
    }

    @Test("An empty name of a file and a file that is too long are refused")
    func unusableFile() {
        let empty = #expect(throws: ConfigurationError.self) {
            try DaemonConfiguration.load(flags: FlagValues(configPath: ""), environment: [:]) { _ in
                ""
            }
        }
        #expect(empty?.code == .usage)
        let long = String(repeating: "#", count: 1 << 20) + "\n"
        #expect(refusal(of: long) == "--config: 'c.yaml' is longer than 1048576 bytes")
    }

    /// A file with one key.
    private static func yaml(_ key: String, _ value: String) -> String {
        let parts = key.split(separator: ".")
        return parts.count == 1 ? "\(key): \(value)" : "\(parts[0]):\n  \(parts[1]): \(value)"
    }
}
