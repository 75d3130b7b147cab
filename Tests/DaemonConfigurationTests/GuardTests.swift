import DaemonConfiguration
import Testing

@Suite("Guard and public Nexmo hosts")
struct GuardTests {
    @Test(
        "An unusable guard is refused with its path and line",
        arguments: [
            (
                "deny-prefixes: ['1']",
                "c.yaml:2: guard: lacks the key 'allow-prefixes', which is required"
            ),
            (
                "allow-prefixes: []",
                "c.yaml:2: guard.allow-prefixes: is an empty list, so nothing could be rung; name prefixes, or [\"*\"] for all"
            ),
            (
                "allow-prefixes: '44'",
                "c.yaml:2: guard.allow-prefixes: is a single value but must be a list"
            ),
            (
                "allow-prefixes: ['44', GB]",
                "c.yaml:2: guard.allow-prefixes[1]: is not a prefix or '*': write 1 to 15 digits, country code first"
            ),
            (
                "allow-prefixes: ['44*']",
                "c.yaml:2: guard.allow-prefixes[0]: is not a prefix or '*': write 1 to 15 digits, country code first"
            ),
            (
                "allow-prefixes: ['0044']",
                "c.yaml:2: guard.allow-prefixes[0]: is not a prefix or '*': it starts with 0; write the country code first, without 00"
            ),
            (
                "{allow-prefixes: ['*'], deny-prefixes: ['*']}",
                "c.yaml:2: guard.deny-prefixes[0]: is not a prefix: write 1 to 15 digits, country code first"
            ),
            (
                "{allow-prefixes: ['44'], deny-prefixes: ['+44']}",
                "c.yaml:2: guard.deny-prefixes[0]: '44' is allowed and denied; remove one"
            ),
            (
                "{allow-prefixes: ['*'], per-number: 5}",
                "c.yaml:2: guard.per-number: '5' is not COUNT/DURATION, such as 5/10m"
            ),
            (
                "{allow-prefixes: ['*'], per-prefix: 0/1h}",
                "c.yaml:2: guard.per-prefix: the count of '0/1h' is out of range: 1 to 1000000"
            ),
            (
                "{allow-prefixes: ['*'], spend-per-hour: 1.234}",
                "c.yaml:2: guard.spend-per-hour: '1.234' is not an amount above zero, such as 50.00"
            ),
            (
                "{allow-prefixes: ['*'], spend-per-hour: 0.00}",
                "c.yaml:2: guard.spend-per-hour: '0.00' is not an amount above zero, such as 50.00"
            ),
            (
                "{allow-prefixes: ['*'], exempt-callers: pager}",
                "c.yaml:2: guard.exempt-callers: is a single value but must be a list"
            ),
        ]
    )
    func unusable(guard text: String, error: String) {
        #expect(refusal(of: "guard:\n  \(text)\n") == error)
    }

    @Test("Every key is read; what is left out has its default")
    func read() throws {
        let given = try load(
            yaml: """
                guard:
                  allow-prefixes: ["44", "+1"]
                  deny-prefixes: ["44870"]
                  per-number: 3/1m
                  per-prefix: 50/2h
                  spend-per-hour: 50.5
                  exempt-callers: [pager, ops]
                """,
            flags: localNexmo
        )
        #expect(
            given.guard
                == GuardConfiguration(
                    allowPrefixes: ["44", "1"],
                    denyPrefixes: ["44870"],
                    perNumber: try CountPerPeriod("3/1m"),
                    perPrefix: try CountPerPeriod("50/2h"),
                    centsPerHour: 5050,
                    exemptCallers: ["pager", "ops"]
                )
        )
        let bare = try load(yaml: "guard: {allow-prefixes: ['*']}\n", flags: localNexmo)
        #expect(bare.guard == GuardConfiguration(allowPrefixes: [""]))
        #expect(bare.guard?.perNumber.description == "5/10m")
        #expect(bare.guard?.perPrefix.description == "200/1h")
        #expect(bare.guard?.centsPerHour == nil)
    }

    @Test(
        "Money is read to the cent",
        arguments: [
            ("50", 5000), ("50.00", 5000), ("0.01", 1), ("0.1", 10), ("999999999", 99_999_999_900),
        ]
    )
    func money(text: String, cents: Int64) throws {
        let yaml = "guard: {allow-prefixes: ['*'], spend-per-hour: \(text)}\n"
        #expect(try load(yaml: yaml, flags: localNexmo).guard?.centsPerHour == cents)
    }

    @Test(
        "A public Nexmo host needs a webhook URL off this machine",
        arguments: [
            "127.0.0.1", "127.9.9.9", "localhost", "a.localhost.", "[::1]", "0.0.0.0", "[::]",
            "[::ffff:127.0.0.1]",
        ]
    )
    func loopbackWebhook(host: String) throws {
        let message = try #require(
            refusal(
                of: "webhook:\n  url: http://\(host):8080\nguard: {allow-prefixes: ['*']}\n",
                flags: FlagValues()
            )
        )
        #expect(message.hasPrefix("c.yaml:2: webhook.url: is http://"))
        #expect(
            message.hasSuffix(
                "which the public Nexmo host api.nexmo.com (nexmo.url) cannot reach; set "
                    + "webhook.url to a public address of the sidecar"
            )
        )
    }

    @Test("The default webhook URL and the default Nexmo are refused together")
    func nothingStated() {
        let error = #expect(throws: ConfigurationError.self) { try load(flags: FlagValues()) }
        #expect(error?.code == .configuration)
        #expect(
            error?.description
                == "webhook.url: is http://127.0.0.1:8080 by default, which the public Nexmo host "
                + "api.nexmo.com (nexmo.url) cannot reach; set webhook.url to a public address of "
                + "the sidecar"
        )
    }

    @Test("A flag that takes part in a contradiction is named; the configuration is at fault")
    func contradictionByFlag() {
        let error = #expect(throws: ConfigurationError.self) {
            try load(
                flags: FlagValues(
                    webhookURL: "http://hooks.example.com",
                    nexmoURL: "https://api.vonage.com"
                )
            )
        }
        #expect(error?.code == .configuration)
        #expect(
            error?.description
                == "--nexmo-url: is the public Nexmo host api.vonage.com, which needs the key "
                + "guard in the file; add guard.allow-prefixes with the prefixes that may be rung, "
                + "or [\"*\"] for all"
        )
    }

    @Test("A profile's own public host counts")
    func profileURL() {
        let yaml = FileTests.profile + "    url: https://api-eu-1.nexmo.com\n"
        #expect(
            refusal(of: yaml)?.contains("api-eu-1.nexmo.com (profiles.default.url) cannot reach")
                == true
        )
        var flags = localNexmo
        flags.webhookURL = "https://hooks.example.com"
        #expect(
            refusal(of: yaml, flags: flags)?
                .hasPrefix("c.yaml:5: profiles.default.url: is the public Nexmo host") == true
        )
    }

    @Test("With a guard and a reachable webhook, a public host is fine")
    func publicUse() throws {
        let configuration = try load(
            yaml: "guard: {allow-prefixes: ['*']}\n",
            flags: FlagValues(webhookURL: "https://hooks.example.com")
        )
        #expect(configuration.nexmo.url.description == "https://api.nexmo.com")
        #expect(configuration.guard?.allowPrefixes == [""])
    }

    @Test(
        "Local and private hosts are not public",
        arguments: [
            "127.0.0.1", "localhost", "LOCALHOST", "nexmo.localhost", "[::1]", "10.0.0.1",
            "172.16.0.1",
            "172.31.9.9", "192.168.1.1", "169.254.0.1", "100.64.0.1", "[fd00::1]", "[fe80::1]",
            "[::ffff:10.0.0.1]", "0.0.0.0",
        ]
    )
    func local(host: String) throws {
        #expect(try !HostName(host).isPublic)
    }

    @Test(
        "All others are",
        arguments: [
            "api.nexmo.com", "api-us-1.nexmo.com", "api.vonage.com", "nexmo-sim", "example.com",
            "8.8.8.8",
            "172.32.0.1", "192.169.0.1", "100.128.0.1", "[2001:db8::1]", "[::ffff:8.8.8.8]",
            "localhost.example.com",
        ]
    )
    func notLocal(host: String) throws {
        #expect(try HostName(host).isPublic)
    }
}
