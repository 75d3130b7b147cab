import DaemonConfiguration
import Logging
import Testing

@Suite("The YAML file")
struct FileTests {
    static let profile = """
        profiles:
          default:
            application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c
            private-key-file: /etc/promptcall/private.key

        """

    @Test("Every key is read")
    func everyKey() throws {
        let configuration = try load(
            yaml: """
                socket: /tmp/p.sock
                data-dir: /tmp/data
                webhook: {listen: "0.0.0.0:80", url: "https://hooks.example.com/base/"}
                nexmo:
                  url: http://localhost:9191
                  calls-per-second: 7
                  ca-file: /etc/promptcall/ca.pem
                  proxy: http://proxy.internal:3128
                drain-grace: 30s
                log: {level: debug, format: json}
                profiles:
                  zeta:
                    application-id: 00000000-0000-0000-0000-00000000000A
                    private-key-file: zeta.key
                  default:
                    application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c
                    private-key-file: /etc/promptcall/private.key
                    signature-secret-file: /etc/promptcall/signature.secret
                    account: abcd1234
                    calls-per-second: 10
                    from: +14155550101
                    url: http://10.1.2.3:8443
                callers:
                  - name: billing
                    uid: 1001
                    may: [submit, read]
                    profiles: [default]
                    submits-per-second: 200
                    queued-max: 100000
                    callback-hosts: ["*.billing.internal", 10.0.0.9]
                  - name: ops
                    gid: 27
                    may: [digits, read-all, own-credentials, webhooks, admin]
                    profiles: []
                guard:
                  allow-prefixes: ["44", 1]
                  deny-prefixes: ["44870"]
                queue: {expire-after: 5m, live-calls-max: 20}
                key-file: seal.key
                callback: {signing-secret-file: callback.secret}
                retention: {calls: 90d, events: 12h}
                """,
            flags: FlagValues()
        )
        #expect(configuration.socketPath == "/tmp/p.sock")
        #expect(configuration.dataDirectory == "/tmp/data")
        #expect(configuration.webhook.listen?.description == "0.0.0.0:80")
        #expect(configuration.webhook.url.description == "https://hooks.example.com/base")
        #expect(
            configuration.nexmo
                == NexmoConfiguration(
                    url: try HTTPURL("http://localhost:9191"),
                    callsPerSecond: 7,
                    caFile: SecretFile(path: "/etc/promptcall/ca.pem", key: "nexmo.ca-file"),
                    proxy: try HTTPURL("http://proxy.internal:3128")
                )
        )
        #expect(configuration.drainGrace == .seconds(30))
        #expect(configuration.log == LogConfiguration(level: .debug, format: .json))
        #expect(
            configuration.profiles == [
                ProfileConfiguration(
                    name: "default",
                    applicationID: "684027bc-a2e7-48b1-b4bd-adc02324e09c",
                    privateKeyFile: SecretFile(
                        path: "/etc/promptcall/private.key",
                        key: "profiles.default.private-key-file"
                    ),
                    signatureSecretFile: SecretFile(
                        path: "/etc/promptcall/signature.secret",
                        key: "profiles.default.signature-secret-file"
                    ),
                    statedAccount: "abcd1234",
                    callsPerSecond: 10,
                    from: "14155550101",
                    url: try HTTPURL("http://10.1.2.3:8443")
                ),
                ProfileConfiguration(
                    name: "zeta",
                    applicationID: "00000000-0000-0000-0000-00000000000A",
                    privateKeyFile: SecretFile(
                        path: "zeta.key",
                        key: "profiles.zeta.private-key-file"
                    ),
                    callsPerSecond: 7,
                    url: configuration.nexmo.url
                ),
            ]
        )
        #expect(
            configuration.profiles.map(\.account) == [
                "abcd1234", configuration.profiles[1].applicationID,
            ]
        )
        #expect(configuration.profile(named: "zeta")?.name == "zeta")
        #expect(
            configuration.callers == [
                CallerConfiguration(
                    name: "billing",
                    identity: .user(1001),
                    may: [.submit, .read],
                    profiles: .named(["default"]),
                    submitsPerSecond: 200,
                    queuedMax: 100_000,
                    callbackHosts: [
                        try HostPattern("*.billing.internal"), try HostPattern("10.0.0.9"),
                    ]
                ),
                CallerConfiguration(
                    name: "ops",
                    identity: .group(27),
                    may: [.digits, .readAll, .ownCredentials, .webhooks, .admin],
                    profiles: .named([])
                ),
            ]
        )
        #expect(
            configuration.guard
                == GuardConfiguration(allowPrefixes: ["44", "1"], denyPrefixes: ["44870"])
        )
        #expect(
            configuration.queue
                == QueueConfiguration(expireAfter: .seconds(300), liveCallsMax: 20)
        )
        #expect(configuration.keyFile == SecretFile(path: "seal.key", key: "key-file"))
        #expect(
            configuration.callbackSigningSecretFile
                == SecretFile(path: "callback.secret", key: "callback.signing-secret-file")
        )
        #expect(
            configuration.retention
                == RetentionConfiguration(calls: .seconds(90 * 86400), events: .seconds(43200))
        )
    }

    @Test("A file that says nothing changes nothing", arguments: ["", "# none\n", "---\n", "{}"])
    func nothing(yaml: String) throws {
        #expect(try load(yaml: yaml) == load())
    }

    @Test(
        "An unknown key is refused with its path, its line and what may have been meant",
        arguments: [
            ("sockets: /a", "c.yaml:1: sockets: is not a known key; did you mean 'socket'?"),
            ("data_dir: /a", "c.yaml:1: data_dir: is not a known key; did you mean 'data-dir'?"),
            (
                "drainGrace: 1s",
                "c.yaml:1: drainGrace: is not a known key; did you mean 'drain-grace'?"
            ),
            ("colour: red", "c.yaml:1: colour: is not a known key"),
            ("<<: {}", "c.yaml:1: <<: is not a known key"),
            (
                "webhook:\n  uri: x",
                "c.yaml:2: webhook.uri: is not a known key; did you mean 'url'?"
            ),
            ("nexmo:\n  rate: 3", "c.yaml:2: nexmo.rate: is not a known key"),
            (
                "log:\n  levle: info",
                "c.yaml:2: log.levle: is not a known key; did you mean 'level'?"
            ),
            (
                "queue:\n  expires-after: 1m",
                "c.yaml:2: queue.expires-after: is not a known key; did you mean 'expire-after'?"
            ),
            ("callback:\n  secret: x", "c.yaml:2: callback.secret: is not a known key"),
            (
                "retention:\n  call: 1d",
                "c.yaml:2: retention.call: is not a known key; did you mean 'calls'?"
            ),
            (
                "guard:\n  allow-prefix: []",
                "c.yaml:2: guard.allow-prefix: is not a known key; did you mean 'allow-prefixes'?"
            ),
            (
                "profiles:\n  default:\n    form: 1",
                "c.yaml:3: profiles.default.form: is not a known key; did you mean 'from'?"
            ),
            ("callers:\n  - name: a\n    user: 1", "c.yaml:3: callers[0].user: is not a known key"),
        ]
    )
    func unknownKeys(yaml: String, error: String) {
        #expect(refusal(of: yaml) == error)
    }

    @Test(
        "A key that stands there twice is refused with its path and both lines",
        arguments: [
            (
                "socket: /a\nlog: {}\nsocket: /b",
                "c.yaml:3: socket: stands there twice, first in line 1; remove one"
            ),
            (
                "\"socket\": /a\nsocket: /b",
                "c.yaml:2: socket: stands there twice, first in line 1; remove one"
            ),
            (
                "profiles:\n  default:\n    account: a\n    from: 1\n    account: b",
                "c.yaml:5: profiles.default.account: stands there twice, first in line 3; remove one"
            ),
            (
                "profiles:\n  a: {}\n  b: {}\n  a: {}\n",
                "c.yaml:4: profiles.a: stands there twice, first in line 2; remove one"
            ),
            (
                "callers:\n  - name: a\n  - {uid: 1, uid: 2}\n",
                "c.yaml:3: callers[1].uid: stands there twice, first in line 3; remove one"
            ),
            (
                "log:\n  level: info\n  level: debug\n  level: trace\nsocket: a\nsocket: b\n",
                "c.yaml:4: log.level: stands there twice, first in line 2; remove one"
            ),
        ]
    )
    func duplicateKeys(yaml: String, error: String) {
        #expect(refusal(of: yaml) == error)
    }

    @Test(
        "What is not YAML, or not one document, is refused with its line",
        arguments: [
            ("socket: [", "c.yaml:2: is not valid YAML: "),
            ("a: b: c", "c.yaml:1: is not valid YAML: "),
            (
                "socket: /a\n---\nsocket: /b",
                "c.yaml:2: is not valid YAML: but found another document"
            ),
            ("socket: *nowhere", "c.yaml:1: is not valid YAML: found undefined alias"),
            ("\u{1}", "c.yaml: is not valid YAML: "),
        ]
    )
    func notYAML(yaml: String, error: String) throws {
        let message = try #require(refusal(of: yaml))
        #expect(message.hasPrefix(error), "\(message)")
    }

    @Test(
        "A value of the wrong kind is refused",
        arguments: [
            ("- socket", "c.yaml:1: is a list but must be a mapping of keys"),
            ("socket", "c.yaml:1: is a single value but must be a mapping of keys"),
            ("socket: [/a]", "c.yaml:1: socket: is a list but must be a single value"),
            ("socket: {}", "c.yaml:1: socket: is a mapping of keys but must be a single value"),
            (
                "socket:",
                "c.yaml:1: socket: is empty but must be a single value; leave the key out or fill it in"
            ),
            ("socket: ''", "c.yaml:1: socket: is empty; give a path"),
            (
                "socket: ~",
                "c.yaml:1: socket: is empty but must be a single value; leave the key out or fill it in"
            ),
            (
                "guard:",
                "c.yaml:1: guard: is empty but must be a mapping of keys; leave the key out or fill it in"
            ),
            ("callers: {}", "c.yaml:1: callers: is a mapping of keys but must be a list"),
            (
                "callers: [billing]",
                "c.yaml:1: callers[0]: is a single value but must be a mapping of keys"
            ),
            ("profiles: []", "c.yaml:1: profiles: is a list but must be a mapping of keys"),
            ("log: info", "c.yaml:1: log: is a single value but must be a mapping of keys"),
            (
                "nexmo:\n  calls-per-second: '3'",
                "c.yaml:2: nexmo.calls-per-second: must be a number, without quotes"
            ),
            (
                "nexmo:\n  proxy: https://proxy.internal",
                "c.yaml:2: nexmo.proxy: must start with http://: the way to a proxy has no TLS of its own"
            ),
            ("nexmo:\n  proxy: http://p/x", "c.yaml:2: nexmo.proxy: must not have a path"),
            (
                "nexmo:\n  proxy: http://user:secret@p",
                "c.yaml:2: nexmo.proxy: must not hold a user or password: remove what stands before '@'"
            ),
            (
                "nexmo:\n  calls-per-second: 1.5",
                "c.yaml:2: nexmo.calls-per-second: '1.5' is not a whole number from 1 to 100000"
            ),
            ("{[a]: b}", "c.yaml:1: has a key that is not a word"),
        ]
    )
    func wrongKinds(yaml: String, error: String) {
        #expect(refusal(of: yaml) == error)
    }

    @Test(
        "A value out of range is refused",
        arguments: [
            (
                "queue:\n  expire-after: 0s",
                "c.yaml:2: queue.expire-after: 0s is out of range: 1s to 30d"
            ),
            (
                "queue:\n  expire-after: 31d",
                "c.yaml:2: queue.expire-after: 31d is out of range: 1s to 30d"
            ),
            (
                "queue:\n  live-calls-max: 0",
                "c.yaml:2: queue.live-calls-max: 0 is out of range: 1 to 1000000"
            ),
            (
                "queue:\n  live-calls-max: 010",
                "c.yaml:2: queue.live-calls-max: '010' is not a whole number from 1 to 1000000"
            ),
            (
                "queue:\n  live-calls-max: -1",
                "c.yaml:2: queue.live-calls-max: '-1' is not a whole number from 1 to 1000000"
            ),
            (
                "retention:\n  calls: 500ms",
                "c.yaml:2: retention.calls: 500ms is out of range: 1s to 3650d"
            ),
            (
                "retention:\n  events: 3651d",
                "c.yaml:2: retention.events: 3651d is out of range: 1s to 3650d"
            ),
            (
                "retention:\n  events: 7",
                "c.yaml:2: retention.events: '7' is not a duration: write a whole number and a unit of ms, s, m, h or d, such as 10s"
            ),
            ("drain-grace: 2h", "c.yaml:1: drain-grace: 2h is out of range: 0s to 1h"),
            (
                "log:\n  level: loud",
                "c.yaml:2: log.level: 'loud' is not one of trace, debug, info, notice, warning, error, critical"
            ),
            (
                "log:\n  level: warnin",
                "c.yaml:2: log.level: 'warnin' is not one of trace, debug, info, notice, warning, error, critical; did you mean 'warning'?"
            ),
        ]
    )
    func outOfRange(yaml: String, error: String) {
        #expect(refusal(of: yaml) == error)
    }

    @Test(
        "A secret in place of its file's name is refused and not shown",
        arguments: [
            "key-file: whsec_c2VjcmV0", "callback: {signing-secret-file: whsec_c2VjcmV0}",
            "profiles: {p: {application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c, "
                + "private-key-file: \"-----BEGIN PRIVATE KEY-----\\nc2VjcmV0\"}}",
        ]
    )
    func secretInPlace(yaml: String) throws {
        let message = try #require(refusal(of: yaml))
        #expect(message.hasSuffix("must name a file that holds the secret, not be the secret"))
        #expect(!message.contains("c2VjcmV0"))
    }

    @Test("A password in a URL is refused and not shown")
    func passwordInURL() throws {
        let message = try #require(refusal(of: "webhook:\n  url: https://me:hush@hooks.example\n"))
        #expect(message.hasPrefix("c.yaml:2: webhook.url: must not hold a user or password"))
        #expect(!message.contains("hush"))
    }

    @Test("Anchors may be used")
    func anchors() throws {
        let configuration = try load(
            yaml: "retention:\n  calls: &keep 3d\n  events: *keep\n"
        )
        #expect(configuration.retention.events == .seconds(3 * 86400))
    }

    @Test("However the file is mangled, a refusal says where", arguments: 1...20)
    func mangled(seed: UInt64) {
        var state = seed
        func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var flags = localNexmo
        flags.webhookURL = "https://hooks.example.com"
        let soup = Array("{}[]:,-&*!|>'\"%@`#?\n\r\t ~<ab01\0\u{FEFF}é".unicodeScalars)
        for _ in 0..<50 {
            var scalars = Array(ExampleTests.contract.unicodeScalars)
            for _ in 0...next(below: 4) {
                let index = next(below: scalars.count)
                switch next(below: 3) {
                case 0:
                    scalars.remove(at: index)
                case 1:
                    scalars[index] = soup[next(below: soup.count)]
                case _:
                    let end = min(scalars.count, index + next(below: 60))
                    scalars.insert(
                        contentsOf: scalars[index..<end],
                        at: next(below: scalars.count)
                    )
                }
            }
            let yaml = String(String.UnicodeScalarView(scalars))
            if let refusal = refusal(of: yaml, flags: flags) {
                #expect(refusal.hasPrefix("c.yaml:"), "\(refusal)")
            }
        }
    }
}
