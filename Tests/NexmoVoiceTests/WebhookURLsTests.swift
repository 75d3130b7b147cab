import Cryptography
import NexmoVoice
import PromptCallCore
import Testing

@Suite("WebhookURLs")
struct WebhookURLsTests {
    @Test("What was made is read back, with and without the path of webhook.url")
    func roundTrip() throws {
        for kind in WebhookPath.Kind.allCases {
            let url = Fixture.urls.url(kind, of: Fixture.id, leg: 3, turn: 9, again: true)
            let whole = url.dropFirst("https://hooks.example.com".count)
            let stripped = whole.dropFirst("/nexmo".count)
            for path in [whole, stripped] {
                guard case .leg(let read) = Fixture.urls.route(String(path)) else {
                    Issue.record("\(kind) was not read")
                    continue
                }
                #expect(read.kind == kind)
                #expect(read.id == Fixture.id)
                #expect(read.leg == 3)
                #expect(read.turn == 9)
                #expect(read.again)
                #expect(!read.played)
                #expect(Fixture.urls.isGenuine(read))
            }
        }
        let played = Fixture.urls.url(.event, of: Fixture.id, leg: 1, played: true)
        #expect(played == Fixture.url("event", "leg=1&played=1"))
        #expect(try Fixture.path("event", "leg=1&played=1").played)
    }

    @Test("A base without a path works too")
    func plainBase() {
        let urls = WebhookURLs(base: "http://127.0.0.1:8080", sealing: Fixture.sealing)
        let url = urls.url(.event, of: Fixture.id, leg: 1)
        #expect(url == "http://127.0.0.1:8080/v1/event/\(Fixture.id)/\(Fixture.key)?leg=1")
        #expect(urls.route(String(url.dropFirst(21))) != nil)
    }

    @Test("Another call's key is not genuine")
    func otherKey() throws {
        var path = try Fixture.path("event", "leg=1")
        path.key[15] ^= 1
        #expect(!Fixture.urls.isGenuine(path))
        let other = CallID(high: Fixture.id.high, low: Fixture.id.low + 1)
        path.key = Fixture.sealing.webhookKey(for: other.bytes)
        #expect(!Fixture.urls.isGenuine(path))
    }

    @Test(
        "What is not ours is not read",
        arguments: [
            "", "/", "/healthz", "/v1", "/v1/event", "/v2/event/ID/KEY?leg=1",
            "/v1/events/ID/KEY?leg=1", "/v1/Event/ID/KEY?leg=1", "/v1/event/ID/KEY",
            "/v1/event/ID/KEY?leg=0", "/v1/event/ID/KEY?leg=-1", "/v1/event/ID/KEY?leg=+1",
            "/v1/event/ID/KEY?leg=1000000", "/v1/event/ID/KEYab?leg=1", "/v1/event/ID/ab?leg=1",
            "/v1/event/ID/?leg=1", "/v1/event/x/KEY?leg=1", "/v1/event/ID/KEY/?leg=1",
            "/v1/input/ID/KEY?leg=1", "/v1/input/ID/KEY?leg=1&turn=x", "v1/event/ID/KEY?leg=1",
            "/nexmo/nexmo/v1/event/ID/KEY?leg=1", "/nexmov1/event/ID/KEY?leg=1",
        ]
    )
    func notOurs(template: String) {
        let path =
            template
            .replacing("ID", with: Fixture.id.description)
            .replacing("KEY", with: Fixture.key)
        #expect(Fixture.urls.route(path) == nil)
    }

    @Test("The application's own events have a path without a call")
    func applicationEvents() {
        for path in ["/v1/events", "/nexmo/v1/events", "/v1/events?x=1"] {
            #expect(Fixture.urls.route(path) == .applicationEvents)
        }
        #expect(Fixture.urls.route("/v1/eventsx") == nil)
    }

    @Test("Parameters that a proxy added do not matter")
    func moreParameters() throws {
        let path = try Fixture.path("input", "utm=1&leg=2&flag&turn=4&x=")
        #expect(path.leg == 2)
        #expect(path.turn == 4)
    }
}
