import DaemonConfiguration
import Testing

@Suite("Profiles")
struct ProfileTests {
    private static func profile(_ name: String, _ lines: String...) -> String {
        ([
            "  \(name):", "    application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c",
            "    private-key-file: k",
        ] + lines.map { "    \($0)" } + [""])
        .joined(separator: "\n")
    }

    @Test(
        "An unusable value is refused with its path and line",
        arguments: [
            (
                "from: anonymous",
                "c.yaml:5: profiles.p.from: is not a phone number: write 1 to 15 digits, country code first"
            ),
            (
                "from: '1415555010112345'",
                "c.yaml:5: profiles.p.from: is not a phone number: write 1 to 15 digits, country code first"
            ),
            (
                "from: 004420",
                "c.yaml:5: profiles.p.from: is not a phone number: it starts with 0; write the country code first, without 00"
            ),
            (
                "calls-per-second: 0",
                "c.yaml:5: profiles.p.calls-per-second: 0 is out of range: 1 to 100000"
            ),
            (
                "account: 'a b'",
                "c.yaml:5: profiles.p.account: is not a Nexmo API key, such as abcd1234"
            ),
            (
                "url: api.nexmo.com",
                "c.yaml:5: profiles.p.url: must be an absolute URL that starts with http:// or https://"
            ),
            (
                "signature-secret-file: ''",
                "c.yaml:5: profiles.p.signature-secret-file: is empty; give a path"
            ),
            (
                "calling-window: 8-21",
                "c.yaml:5: profiles.p.calling-window: '8-21' is not a window and its time zone, such as 08:00-21:00 Europe/London"
            ),
            (
                "machine-detection: advance",
                "c.yaml:5: profiles.p.machine-detection: 'advance' is not one of standard, advanced; did you mean 'advanced'?"
            ),
        ]
    )
    func unusable(line: String, error: String) {
        #expect(refusal(of: "profiles:\n" + Self.profile("p", line)) == error)
    }

    @Test("The application id and the key are required")
    func required() {
        #expect(
            refusal(of: "profiles:\n  p:\n    account: a\n")
                == "c.yaml:3: profiles.p: lacks the key 'application-id', which is required"
        )
        let id = "684027bc-a2e7-48b1-b4bd-adc02324e09c"
        #expect(
            refusal(of: "profiles:\n  p:\n    application-id: \(id)\n")
                == "c.yaml:3: profiles.p: lacks the key 'private-key-file', which is required"
        )
        #expect(
            refusal(of: "profiles:\n  p:\n    application-id: \(id)0\n")
                == "c.yaml:3: profiles.p.application-id: is not an application id, "
                + "such as 684027bc-a2e7-48b1-b4bd-adc02324e09c"
        )
    }

    @Test("A name is 1 to 64 letters, digits, '.', '_' or '-'")
    func names() throws {
        let longest = String(repeating: "n", count: 64)
        #expect(try load(yaml: "profiles:\n" + Self.profile(longest)).profiles[0].name == longest)
        for name in ["a b", "ü", "\(longest)n", "''"] {
            let message = try #require(refusal(of: "profiles:\n" + Self.profile(name)))
            #expect(message.contains("is not a name: write 1 to 64 letters"), "\(message)")
        }
    }

    @Test("The rate is the profile's, else its account's, else the flag's")
    func rates() throws {
        var flags = localNexmo
        flags.callsPerSecond = "9"
        let profiles = try load(
            yaml: "profiles:\n" + Self.profile("a", "account: k1", "calls-per-second: 20")
                + Self.profile("b", "account: k1") + Self.profile("c"),
            flags: flags
        ).profiles
        #expect(profiles.map(\.callsPerSecond) == [20, 20, 9])
    }

    @Test("Profiles of one account cannot state different rates")
    func contradictingRates() {
        #expect(
            refusal(
                of: "profiles:\n" + Self.profile("a", "calls-per-second: 20")
                    + Self.profile("b", "calls-per-second: 21")
            )
                == "c.yaml:9: profiles.b.calls-per-second: differs from "
                + "profiles.a.calls-per-second, but both profiles are of one account and share "
                + "its rate; state the same or only one"
        )
    }

    @Test(
        "A profile states its window and how it finds machines",
        arguments: [
            (
                "calling-window", "08:00-21:00 Europe/London", "08:00-21:00 Europe/London",
                "advanced"
            ),
            ("calling-window", "'22:00-06:30 UTC'", "22:00-06:30 UTC", "advanced"),
            ("machine-detection", "advanced", nil, "advanced"),
            ("machine-detection", "standard", nil, "standard"),
        ] as [(String, String, String?, String)]
    )
    func extras(key: String, value: String, window: String?, detection: String) throws {
        let yaml = "profiles:\n" + Self.profile("p", "\(key): \(value)")
        let profile = try #require(try load(yaml: yaml).profiles.first)
        #expect(profile.callingWindow?.description == window)
        #expect(profile.machineDetection.rawValue == detection)
    }

    @Test("A time zone that does not exist stops the start by the setting's name")
    func unknownZone() {
        let window = "calling-window: 08:00-21:00 Europe/Atlantis"
        let message = refusal(of: "profiles:\n" + Self.profile("p", window)) ?? ""
        #expect(message.hasPrefix("c.yaml:5: profiles.p.calling-window: there is no time zone"))
        #expect(message.contains("'Europe/Atlantis'"))
    }

    @Test(
        "A window is two times of a day and a zone",
        arguments: [
            "08:00-21:00", "24:00-21:00 Europe/London", "08:60-21:00 UTC", "8:00-21:00 UTC",
            "08:00-08:00 UTC", "08:00-21:00 London", "08:00-21:00  UTC", "08:00 21:00 UTC",
            "08:00-21:00 Europe/", "08:00-21:00 ../etc",
        ]
    )
    func windows(text: String) throws {
        let message = try #require(
            refusal(of: "profiles:\n" + Self.profile("p", "calling-window: '\(text)'"))
        )
        #expect(message.contains("is not a window and its time zone"), "\(message)")
    }
}
