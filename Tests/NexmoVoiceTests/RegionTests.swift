import NIOPosix
import PromptCallCore
import Testing

@testable import NexmoVoice

@Suite("Regions of legs")
struct RegionTests {
    @Test(
        "Only Nexmo's own hosts and the configured one are believed",
        arguments: [
            ("https://api-us-1.nexmo.com", "https://api.nexmo.com", "https://api-us-1.nexmo.com"),
            (
                "https://api-eu-3.vonage.com/", "https://api.nexmo.com",
                "https://api-eu-3.vonage.com"
            ),
            (
                "https://API-US-1.nexmo.com:443/x?y", "https://api-eu-1.nexmo.com/",
                "https://api-us-1.nexmo.com"
            ),
            ("http://10.0.0.9:9191", "http://10.0.0.9:9191/nexmo", "http://10.0.0.9:9191/nexmo"),
            ("http://[::1]:9191/", "http://[::1]:9191", "http://[::1]:9191"),
            ("http://api-us-1.nexmo.com", "https://api.nexmo.com", nil),
            ("https://api-us-1.nexmo.com:8443", "https://api.nexmo.com", nil),
            ("https://nexmo.com.evil.example", "https://api.nexmo.com", nil),
            ("https://evilnexmo.com", "https://api.nexmo.com", nil),
            ("https://evil.example#.nexmo.com", "https://api.nexmo.com", nil),
            ("https://evil.example\\.nexmo.com", "https://api.nexmo.com", nil),
            ("https://evil.example?.nexmo.com", "https://api.nexmo.com", nil),
            ("https://api.nexmo.com@evil.example", "https://api.nexmo.com", nil),
            ("https://evil.example@api.nexmo.com", "https://api.nexmo.com", nil),
            ("https://api-us-1.nexmo.com\r\nX: y", "https://api.nexmo.com", nil),
            ("https://", "https://api.nexmo.com", nil),
            ("api.nexmo.com", "https://api.nexmo.com", nil),
            ("ftp://api.nexmo.com", "https://api.nexmo.com", nil),
            ("https://api-us-1.nexmo.com:x", "https://api.nexmo.com", nil),
            // A token for a private gateway stays there.
            ("https://api-us-1.nexmo.com", "https://gateway.internal", nil),
            ("https://gateway.internal:8443", "https://gateway.internal", nil),
        ] as [(String, String, String?)]
    )
    func trust(stated: String, configured: String, expected: String?) {
        #expect(RegionURL.trusted(stated, configured: configured) == expected)
    }

    @Test("So many legs are remembered, the latest ones")
    func bound() {
        let regions = LegRegions(legsMax: 2)
        let base = "https://api.nexmo.com"
        for (uuid, host) in [("a", "1"), ("b", "2"), ("b", "3"), ("c", "4")] {
            regions.learn("https://api-\(host).nexmo.com", of: uuid)
        }
        regions.learn("https://" + String(repeating: "a", count: 300), of: "d")
        let found = ["a", "b", "c", "d"].map { regions.base(of: $0, configured: base) }
        #expect(
            found == [base, "https://api-3.nexmo.com", "https://api-4.nexmo.com", base]
        )
    }

    @Test("An answer webhook tells where its leg lives")
    func decoded() throws {
        let body = #"{"uuid":"a","region_url":"https://api-us-1.nexmo.com"}"#
        let path = try Fixture.path("answer", "leg=1")
        let decoded = try WebhookDecoder.decode(Array(body.utf8), at: path)
        #expect(decoded.event == .opening(uuid: "a"))
        #expect(decoded.regionURL == "https://api-us-1.nexmo.com")
    }

    @Test("A leg is asked about and hung up under the configured host, whatever else it claims")
    func asked() async throws {
        let server = try await ScriptedServer([.answer(404), .answer(204)])
        let client = NexmoClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: RecordingLog().logger
        )
        let regions = LegRegions()
        let voice = NexmoVoice(
            client: client,
            mint: TokenMint(profiles: [], makeTokenID: { "" }),
            urls: Fixture.urls,
            regions: regions,
            defaultURL: server.url,
            now: { Fixture.now }
        )
        let leg = LegAddress(uuid: "a", credentials: .jwt("a.b.c"))
        regions.learn("http://127.0.0.1:1", of: "a")
        #expect(await voice.fetch(leg) == .notFound)
        regions.learn("\(server.url)/elsewhere", of: "a")
        #expect(await voice.hangUp(leg) == .accepted)
        #expect(server.received.map(\.line) == ["GET /v1/calls/a", "PUT /v1/calls/a"])
        try await client.shutdown()
        try await server.stop()
    }
}
