import DaemonConfiguration
import Testing

@Suite("Values")
struct ValueTests {
    @Test(
        "Durations",
        arguments: [
            ("10s", Duration.seconds(10)), ("500ms", .milliseconds(500)), ("10m", .seconds(600)),
            ("1h", .seconds(3600)), ("30d", .seconds(30 * 86400)), ("0s", .zero),
        ]
    )
    func durations(text: String, value: Duration) throws {
        #expect(try Duration(setting: text) == value)
        #expect(value.settingText == text)
    }

    @Test(
        "What is not a duration",
        arguments: [
            "", "10", "s", "-1s", "1.5s", "1 s", "1h30m", "10S", "1w", "٣s", "9999999999999s",
            "999999999999d",
        ]
    )
    func notDurations(text: String) {
        #expect(throws: InvalidValue.self) { try Duration(setting: text) }
    }

    @Test("A duration is written in the longest unit that divides it")
    func durationText() {
        #expect(Duration.seconds(90).settingText == "90s")
        #expect(Duration.seconds(120).settingText == "2m")
        #expect(Duration.milliseconds(1500).settingText == "1500ms")
    }

    @Test("Counts in a period", arguments: ["5/10m", "200/1h", "1/1s"])
    func rates(text: String) throws {
        #expect(try CountPerPeriod(text).description == text)
    }

    @Test(
        "What is not a count in a period",
        arguments: [
            "5", "/10m", "5/", "5/10", "0/10m", "5/10m/1", "-5/10m", "5/0s", "5/31d", "1000001/1s",
        ]
    )
    func notRates(text: String) {
        #expect(problem(text, as: CountPerPeriod.self) != nil)
    }

    @Test(
        "Listen addresses",
        arguments: [
            "127.0.0.1:8080", "0.0.0.0:0", "[::1]:65535", "localhost:80", "my-host.internal:1",
        ]
    )
    func listen(text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }

    @Test("An address is written in its shortest form")
    func normalized() throws {
        #expect(try ListenAddress("[0:0::1]:80").description == "[::1]:80")
        #expect(try ListenAddress("LocalHost.:80").description == "localhost:80")
    }

    @Test(
        "What is not a listen address",
        arguments: [
            "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
            "127.0.0.1:+1",
            "::1:8080", "[::1]", "[127.0.0.1]:80", "[::1:80", "a b:80", "256.0.0.1:80", "127.1:80",
            "on",
            "[fe80::1%eth0]:80", "-a:80", "a..b:80", "http://a:80",
        ]
    )
    func notListen(text: String) {
        #expect(problem(text, as: ListenAddress.self) != nil)
    }

    @Test(
        "URLs",
        arguments: [
            ("http://a", "http://a"), ("HTTPS://A.Example", "https://a.example"),
            ("http://a:80/", "http://a"), ("https://a:80", "https://a:80"),
            ("http://a/x/y/", "http://a/x/y"), ("http://a/X%2Fy;z=1", "http://a/X%2Fy;z=1"),
            ("https://[2001:DB8::0:1]:8443/x", "https://[2001:db8::1]:8443/x"),
            ("http://[::1]", "http://[::1]"), ("http://192.0.2.1:8080", "http://192.0.2.1:8080"),
            ("http://a_b.internal", "http://a_b.internal"),
        ]
    )
    func urls(text: String, normal: String) throws {
        #expect(try HTTPURL(text).description == normal)
    }

    @Test("A URL in its parts")
    func urlParts() throws {
        let url = try HTTPURL("https://[::1]/hooks")
        #expect(url.scheme == .https)
        #expect(url.host.text == "::1")
        #expect(url.port == 443)
        #expect(url.path == "/hooks")
        #expect(url.authority == "[::1]")
        #expect(try HTTPURL("http://a:8080").authority == "a:8080")
    }

    @Test(
        "What is not a URL to build on",
        arguments: [
            ("", "must be an absolute URL"), ("a.example", "must be an absolute URL"),
            ("/path", "must be an absolute URL"), ("ftp://a", "must be an absolute URL"),
            ("http:/a", "must be an absolute URL"), ("http://", "the host is missing"),
            ("http:///x", "the host is missing"), ("http://:80", "the host is missing"),
            ("http://a:0", "has a port"), ("http://a:65536", "has a port"),
            ("http://a:", "has a port"),
            ("http://a:8o", "has a port"), ("http://u@a", "must not hold a user"),
            ("http://u:p@a", "must not hold a user"), ("http://a?b", "must not have a query"),
            ("http://a/b?c", "must not have a query"), ("http://a#b", "must not have a fragment"),
            ("http://a/b c", "a character in its path"), ("http://a/é", "a character in its path"),
            ("http://a/%2", "two hex digits"), ("http://a/%zz", "two hex digits"),
            ("http://ä.example", "not a name"), ("http://1.2.3", "ends in a number"),
            ("http://0x7f000001", "ends in a number"), ("http://a.0X1", "ends in a number"),
            ("http://\u{212A}.example", "not a name"), ("http://2130706433", "ends in a number"),
            ("http://::1/", "not a name"), ("http://[::1", "not a name"),
            ("http://[::1]x", "not a name"),
            (" http://a", "must be an absolute URL"), ("http://a\n", "not a name"),
        ]
    )
    func notURLs(text: String, why: String) throws {
        let message = try #require(problem(text, as: HTTPURL.self))
        #expect(message.contains(why), "\(message)")
    }

    @Test("Hosts have bounds")
    func hostBounds() {
        let label = String(repeating: "a", count: 63)
        #expect(problem(label, as: HostName.self) == nil)
        #expect(problem(label + "a", as: HostName.self) != nil)
        let long = Array(repeating: label, count: 4).joined(separator: ".")
        #expect(problem(long, as: HostName.self) == "the host is longer than 253 bytes")
    }

    @Test(
        "Host patterns",
        arguments: [
            ("*.billing.internal", "a.billing.internal", true),
            ("*.billing.internal", "a.b.Billing.Internal.", true),
            ("*.billing.internal", "billing.internal", false),
            ("*.billing.internal", "xbilling.internal", false),
            ("*.billing.internal", "a.billing.internal.evil.example", false),
            ("hooks.example.com", "HOOKS.example.com", true),
            ("hooks.example.com", "a.hooks.example.com", false),
            ("10.0.0.9", "10.0.0.9", true), ("10.0.0.9", "10.0.0.10", false),
            ("::1", "[0:0::1]", true), ("[::1]", "[::1]", true), ("[::1]", "[::2]", false),
            ("*", "anything.example", true), ("*", "127.0.0.1", true),
        ]
    )
    func patterns(pattern: String, host: String, matches: Bool) throws {
        #expect(try HostPattern(pattern).matches(HostName(host)) == matches)
    }

    @Test(
        "What is not a host pattern",
        arguments: [
            "", "*.", "**", "a.*", "*a.example", "a.*.example", "*.10.0.0.1", "*.[::1]", "a:80",
            "http://a", "a/b", "*.1",
        ]
    )
    func notPatterns(text: String) {
        #expect(problem(text, as: HostPattern.self) != nil)
    }

    @Test(
        "A pattern is written as it is read",
        arguments: ["*", "*.a.example", "a.example", "[::1]", "10.0.0.9"]
    )
    func patternText(text: String) throws {
        #expect(try HostPattern(text).description == text)
    }
}
