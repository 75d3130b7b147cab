import NIOCore
import NIOPosix
import NexmoVoice
import PromptCallCore
import Testing
import WireTestSupport

extension TestAuthority {
    fileprivate var authorities: CertificateAuthorities {
        get throws { try CertificateAuthorities(pem: self.pem) }
    }
}

/// How requests get to Nexmo, over real sockets.
@Suite("HTTP out")
struct HTTPOutTests {
    private static let created = ScriptedServer.Reaction.answer(201, body: WireAnswer.created)

    // MARK: TLS

    @Test("A certificate of a private authority is believed where that is configured")
    func privateAuthority() async throws {
        try await TestAuthority.run { authority in
            let tls = try authority.server(for: "IP:127.0.0.1")
            let server = try await ScriptedServer([Self.created, Self.created], tls: tls)
            let url = "https://127.0.0.1:\(server.port)"
            try await PlacementProbe.run(authorities: try authority.authorities) { probe in
                for _ in 1...2 {
                    let outcome = try await probe.place(at: url)
                    #expect(outcome.ending == .placed)
                }
            }
            // Kept alive, TLS and all.
            #expect(server.received.map(\.connection) == [1, 1])
            try await server.stop()
        }
    }

    @Test("Nobody else is: nothing of the request, nor its token, is sent")
    func unverified() async throws {
        try await TestAuthority.run { authority in
            try await TestAuthority.run { other in
                for (name, believed) in try [
                    ("IP:127.0.0.1", nil), ("IP:127.0.0.1", other.authorities),
                    ("DNS:api.nexmo.com", authority.authorities),
                ] {
                    let tls = try authority.server(for: name)
                    let server = try await ScriptedServer([Self.created], tls: tls)
                    let outcome = try await PlacementProbe.run(authorities: believed) { probe in
                        try await probe.place(at: "https://127.0.0.1:\(server.port)")
                    }
                    #expect(outcome.ending == .notPlaced)
                    #expect(outcome.sent == 0)
                    #expect(server.received.isEmpty)
                    try await server.stop()
                }
            }
        }
    }

    @Test(
        "What is no certificate is refused, and not quoted",
        arguments: [
            "", "secret", "-----BEGIN CERTIFICATE-----\nsecret\n-----END CERTIFICATE-----\n",
        ]
    )
    func noCertificate(text: String) {
        let fault = #expect(throws: CertificateAuthorities.Fault.self) {
            try CertificateAuthorities(pem: Array(text.utf8))
        }
        #expect(fault?.description == "holds no certificates in PEM form")
    }

    // MARK: Timeouts of the phases

    @Test("Who takes a connection and never speaks TLS is given up, and nothing was placed")
    func silentHandshake() async throws {
        let server = try await ByteServer { _ in [.read(1 << 20)] }
        let outcome = try await PlacementProbe.run(
            timeouts: NexmoClient.Timeouts(connect: .milliseconds(200))
        ) { probe in
            try await probe.place(at: "https://127.0.0.1:\(server.port)")
        }
        #expect(outcome.ending == .notPlaced)
        #expect(outcome.sent == 0)
        try await server.stop()
    }

    @Test("No head in time is unknown")
    func noHead() async throws {
        let server = try await ScriptedServer([.silence])
        let outcome = try await PlacementProbe.run(
            timeouts: NexmoClient.Timeouts(head: .milliseconds(200))
        ) { probe in
            try await probe.place(at: server.url)
        }
        #expect(outcome.answer == .unknown(detail: "There was no answer in time."))
        try await server.stop()
    }

    @Test("A body that stops is unknown behind 201, and a refusal behind 400")
    func noBody() async throws {
        let head = "content-length: 100\r\n\r\n{"
        let server = try await ScriptedServer([
            .stall("HTTP/1.1 201 Created\r\n\(head)"),
            .stall("HTTP/1.1 400 Bad Request\r\n\(head)"),
        ])
        try await PlacementProbe.run(
            timeouts: NexmoClient.Timeouts(body: .milliseconds(200))
        ) { probe in
            let unknown = try await probe.place(at: server.url)
            #expect(unknown.answer == .unknown(detail: "The answer broke off in its body."))
            let refused = try await probe.place(at: server.url)
            #expect(refused.answer == .refused(.init(.request, detail: "Bad Request")))
        }
        try await server.stop()
    }

    // MARK: Proxy

    @Test("With a proxy, https goes through a tunnel that it cannot look into")
    func tunnel() async throws {
        try await TestAuthority.run { authority in
            let tls = try authority.server(for: "IP:127.0.0.1")
            let server = try await ScriptedServer([Self.created], tls: tls)
            let proxy = try await TunnelProxy()
            let outcome = try await PlacementProbe.run(
                authorities: try authority.authorities,
                proxy: .init(host: "127.0.0.1", port: proxy.port)
            ) { probe in
                try await probe.place(at: "https://127.0.0.1:\(server.port)")
            }
            #expect(outcome.ending == .placed)
            #expect(proxy.lines == ["CONNECT 127.0.0.1:\(server.port) HTTP/1.1"])
            #expect(server.received.map(\.line) == ["POST /v1/calls"])
            try await proxy.stop()
            try await server.stop()
        }
    }

    @Test(
        "A proxy that opens no tunnel places nothing",
        arguments: ["407 Who are you", "403 No", "502 X"]
    )
    func noTunnel(refusal: String) async throws {
        let proxy = try await TunnelProxy(refusal: refusal)
        let outcome = try await PlacementProbe.run(
            proxy: .init(host: "127.0.0.1", port: proxy.port)
        ) { probe in
            try await probe.place(at: "https://127.0.0.1:1")
        }
        #expect(outcome.ending == .notPlaced)
        #expect(outcome.sent == 0)
        try await proxy.stop()
    }

    @Test("With a proxy, http goes through a tunnel as well")
    func plainTunnel() async throws {
        let server = try await ScriptedServer([Self.created])
        let proxy = try await TunnelProxy()
        let outcome = try await PlacementProbe.run(
            proxy: .init(host: "127.0.0.1", port: proxy.port)
        ) { probe in
            try await probe.place(at: server.url)
        }
        #expect(outcome.ending == .placed)
        #expect(proxy.lines == ["CONNECT 127.0.0.1:\(server.port) HTTP/1.1"])
        try await proxy.stop()
        try await server.stop()
    }

    // MARK: The log

    @Test("A refusal is told at a level that is on by default, with Nexmo's trace id")
    func refusalInLog() async throws {
        let log = RecordingLog()
        let server = try await ScriptedServer([
            .answer(403, headers: ["X-Nexmo-Trace-Id: trace-2"], body: #"{"title":"No"}"#)
        ])
        try await PlacementProbe.run(log: log) { probe in
            let outcome = try await probe.place(at: server.url)
            #expect(outcome.ending == .refused)
        }
        try await server.stop()
        let line = try #require(log.lines.first { $0.hasPrefix("warning") })
        #expect(line.contains("http.status=403"))
        #expect(line.hasSuffix("nexmo.trace.id=trace-2"))
    }
}
