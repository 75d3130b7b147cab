import DaemonConfiguration
import Logging
import Testing

@Suite("Examples and documentation")
struct ExampleTests {
    private static func text(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try DiskFile.text(at: "/\(root)/\(path)")
    }

    /// The example of the contract, without what is not available yet.
    static let contract = """
        profiles:                     # Nexmo keys the daemon may use by name
          default:
            application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c
            private-key-file: /etc/promptcall/private.key
            signature-secret-file: /etc/promptcall/signature.secret  # checks signed webhooks
            account: abcd1234
            calls-per-second: 10      # wins over the flag, which is the default for all
            from: "14155550101"       # where a call names none
            url: https://api-eu-1.nexmo.com                          # default: nexmo.url
        callers:
          - name: billing
            uid: 1001                 # or gid:
            may: [submit, read]
            profiles: [default]
            submits-per-second: 200
            queued-max: 100000
            callback-hosts: ["*.billing.internal"]
        guard:                        # against toll fraud
          allow-prefixes: ["44", "1"] # required; ["*"] for all
          deny-prefixes: ["44870"]    # the longest prefix wins
          per-number: 5/10m           # calls to one number; this is the default
          per-prefix: 200/1h          # calls to one 5-digit range
          spend-per-hour: 50.00       # EUR, from the prices that Nexmo reports
          exempt-callers: [pager]     # never silenced by the breaker
        queue:
          expire-after: 10m           # default of expires_at
          live-calls-max: 1000
        key-file: /etc/promptcall/seal.key
        callback:
          signing-secret-file: /etc/promptcall/callback.secret
        retention:
          calls: 30d
          events: 7d

        """

    private let flags = FlagValues(webhookURL: "https://hooks.example.com")

    @Test("The contract's example is taken")
    func contract() throws {
        let configuration = try load(yaml: Self.contract, flags: self.flags)
        #expect(configuration.profiles.map(\.name) == ["default"])
        #expect(configuration.callers?.map(\.name) == ["billing"])
        #expect(configuration.guard?.perNumber.description == "5/10m")
        #expect(configuration.guard?.centsPerHour == 5000)
        #expect(configuration.guard?.exemptCallers == ["pager"])
        #expect(configuration.queue == QueueConfiguration())
        #expect(configuration.retention == RetentionConfiguration())
    }

    @Test("The packaged example is taken as it is")
    func packaged() throws {
        let configuration = try load(
            yaml: try Self.text("packaging/promptcalld.example.yaml"),
            flags: FlagValues()
        )
        #expect(configuration.profiles.map(\.name) == ["default"])
        #expect(configuration.callers?.map(\.name) == ["operator", "billing", "sidecar"])
        #expect(configuration.webhook.url.description == "https://hooks.example.com/promptcall")
    }

    @Test("The packaged example is taken with every commented-out key")
    func packagedDefaults() throws {
        // A key that is commented out has its name right behind the mark.
        let yaml = try Self.text("packaging/promptcalld.example.yaml")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let body = line.drop { $0 == " " }
                guard body.hasPrefix("# "),
                    let word = body.dropFirst(2).split(separator: " ").first,
                    word.hasSuffix(":"), word.allSatisfy({ $0.isLowercase || "-:".contains($0) })
                else { return String(line) }
                return String(line[..<body.startIndex]) + body.dropFirst(2)
            }
            .joined(separator: "\n")
        let configuration = try load(yaml: yaml, flags: FlagValues())
        #expect(configuration.log == LogConfiguration(level: .info, format: .json))
        #expect(configuration.queue == QueueConfiguration())
        #expect(configuration.retention == RetentionConfiguration())
        #expect(configuration.keyFile?.path == "/etc/promptcall/seal.key")
        #expect(configuration.drainGrace == .seconds(10))
        #expect(configuration.nexmo.callsPerSecond == 3)
    }

    @Test("Every flag, variable and key is documented", arguments: LayeredSetting.allCases)
    func documented(setting: LayeredSetting) throws {
        let document = try Self.text("docs/configuration.md")
        #expect(document.contains("`\(setting.flag) "))
        #expect(document.contains("`\(setting.variable)`"))
        #expect(document.contains("`\(setting.key)`"))
    }

    @Test("Every permission is documented", arguments: Permission.allCases)
    func documented(permission: Permission) throws {
        #expect(try Self.text("docs/configuration.md").contains("`\(permission.rawValue)`"))
    }

    @Test("The document's example is the packaged one, so it points there")
    func documentedExample() throws {
        #expect(
            try Self.text("docs/configuration.md").contains("packaging/promptcalld.example.yaml")
        )
    }
}
