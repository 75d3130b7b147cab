import NIOCore
import NIOHTTP1
import Testing

@testable import WebhookSidecar

@Suite("WebhookRequestMachine")
struct WebhookRequestMachineTests {
    private static let bytesMax = 4

    private var machine = WebhookRequestMachine(bodyBytesMax: bytesMax)

    private func head(
        _ method: HTTPMethod = .POST,
        _ uri: String = "/v1/event/a/b?leg=1",
        length: Int? = nil
    ) -> HTTPRequestHead {
        let headers = HTTPHeaders(length.map { [("Content-Length", "\($0)")] } ?? [])
        return HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    }

    @Test("A body that comes in pieces is judged whole, and the next request after it")
    mutating func pieces() {
        let first = head(length: 4)
        #expect(!machine.isReading)
        #expect(machine.headReceived(first) == .wait)
        #expect(machine.isReading)
        #expect(machine.bodyReceived(ByteBuffer(string: "{")) == .wait)
        #expect(machine.bodyReceived(ByteBuffer(string: "  }")) == .wait)
        #expect(machine.endReceived() == .judge(first, body: ByteBuffer(string: "{  }")))
        #expect(!machine.isReading)
        let second = head(.GET)
        #expect(machine.headReceived(second) == .wait)
        #expect(machine.endReceived() == .judge(second, body: ByteBuffer()))
    }

    @Test("Health is asked for with GET, with or without a query", arguments: ["", "?x=1"])
    mutating func health(query: String) {
        let asked = head(.GET, "/healthz" + query)
        #expect(machine.headReceived(asked) == .wait)
        #expect(machine.endReceived() == .tellHealth(asked))
        let posted = head(.POST, "/healthz")
        #expect(machine.headReceived(posted) == .wait)
        #expect(machine.endReceived() == .judge(posted, body: ByteBuffer()))
    }

    @Test("Of a request that was refused the rest is thrown away")
    mutating func refused() {
        let put = head(.PUT)
        #expect(machine.headReceived(put) == .refuseMethod(put))
        #expect(machine.bodyReceived(ByteBuffer(string: "{}")) == .wait)
        #expect(machine.endReceived() == .wait)
        #expect(!machine.isReading)
        #expect(machine.headReceived(head(length: Self.bytesMax + 1)) == .refuseSize)
        #expect(machine.bodyReceived(ByteBuffer(string: "12345")) == .wait)
        #expect(machine.isReading)
        #expect(machine.endReceived() == .wait)
    }

    @Test("A body that grows too large is refused once")
    mutating func grows() {
        #expect(machine.headReceived(head()) == .wait)
        #expect(machine.bodyReceived(ByteBuffer(string: "1234")) == .wait)
        #expect(machine.bodyReceived(ByteBuffer(string: "5")) == .refuseSize)
        #expect(machine.bodyReceived(ByteBuffer(string: "6")) == .wait)
        #expect(machine.endReceived() == .wait)
        #expect(!machine.isReading)
    }

    @Test("What comes without a head is nothing")
    mutating func headless() {
        #expect(machine.bodyReceived(ByteBuffer(string: "1")) == .wait)
        #expect(machine.endReceived() == .wait)
    }
}
