import DaemonConfiguration
import Testing

@testable import PromptCallDaemon

@Suite("URLs of callbacks")
struct CallbackURLTests {
    private func caller(_ hosts: String...) throws -> CallerConfiguration {
        CallerConfiguration(
            name: "alice",
            identity: .user(1),
            may: [.submit],
            profiles: .all,
            callbackHosts: try hosts.map { host in try HostPattern(host) }
        )
    }

    @Test("Scheme, host, port, path and query are read; the query is kept as it is")
    func parts() throws {
        let url = try CallbackURL("https://Hooks.Example.com:8443/a/b%20c?x=1&y=?%zz&")
        #expect(url.location.host.text == "hooks.example.com")
        #expect(url.location.port == 8443)
        #expect(url.location.path == "/a/b%20c")
        #expect(url.query == "x=1&y=?%zz&")
        #expect(try CallbackURL("http://example.com").query == nil)
        #expect(try CallbackURL("http://example.com?").query == "")
        #expect(try CallbackURL("http://[2001:db8::1]/").location.host.address?.isIPv6 == true)
    }

    @Test(
        "What is no absolute http or https URL is refused",
        arguments: [
            "", "example.com", "//example.com/", "ftp://example.com/", "http://", "http:///a",
            "http://u@example.com/", "http://u:p@example.com/", "http://example.com:0/",
            "http://example.com:65536/", "http://example.com/a b", "http://example.com/#a",
            "http://example.com/?a#b", "http://exämple.com/", "http://example.com/\n",
            "http://127.1/", "http://0xA9FEA9FE/", "http://2852039166/", "http://-a.example/",
            "http://example.com/%zz", "javascript:alert(1)",
        ]
    )
    func refused(_ text: String) {
        #expect(throws: CallbackURL.Fault.self) { try CallbackURL(text) }
    }

    @Test(
        "Link-local addresses are never called, whoever asks",
        arguments: [
            "http://169.254.169.254/latest", "http://[fe80::1]/", "http://[febf::1]/",
            "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/",
        ]
    )
    func linkLocal(_ text: String) throws {
        let url = try CallbackURL(text)
        let anywhere = try caller("*", "169.254.169.254")
        #expect(throws: CallbackURL.Fault.self) { try url.check(for: anywhere) }
    }

    @Test("A host is called where a pattern covers it")
    func patterns() throws {
        let cases: [(String, [String], [String])] = [
            ("*", ["a.example", "127.0.0.1"], []),
            (
                "hooks.example", ["hooks.example", "HOOKS.example."],
                ["a.hooks.example", "example"]
            ),
            (
                "*.example", ["a.example", "a.b.example"],
                ["example", "notexample", "example.a", "198.51.100.7"]
            ),
            ("198.51.100.7", ["198.51.100.7"], ["198.51.100.8", "a.example"]),
        ]
        for (pattern, allowed, forbidden) in cases {
            let caller = try caller(pattern)
            for host in allowed {
                let url = try CallbackURL("http://\(host)/")
                #expect(throws: Never.self) { try url.check(for: caller) }
            }
            for host in forbidden {
                let url = try CallbackURL("http://\(host)/")
                #expect(throws: CallbackURL.Fault.self) { try url.check(for: caller) }
            }
        }
        let nowhere = try caller()
        let url = try CallbackURL("http://a.example/")
        #expect(throws: CallbackURL.Fault.self) { try url.check(for: nowhere) }
    }
}
