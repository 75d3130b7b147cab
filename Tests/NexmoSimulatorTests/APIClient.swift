import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NexmoSimulator

/// Asks the simulator what a service would ask.
struct APIClient: Sendable {
    var url: String
    var token = "anything"

    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var json: JSON
        var text: String
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: String? = nil,
        type: String = "application/json"
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: self.url + path)
        request.method = method
        if !self.token.isEmpty {
            request.headers.add(name: "authorization", value: "Bearer " + self.token)
        }
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(Array(body.utf8))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            json: (try? JSON.parse(Array(bytes.readableBytesView))) ?? .null,
            text: String(buffer: bytes)
        )
    }

    /// Places a call whose webhooks go to a receiver.
    func call(
        _ number: String,
        to receiver: String = "http://127.0.0.1:1",
        events: String? = nil,
        _ more: String = ""
    ) async throws -> Answer {
        try await self.send(
            .POST,
            "/v1/calls",
            """
            {"to":[{"type":"phone","number":"\(number)"}],\
            "from":{"type":"phone","number":"447700900001"},\
            "answer_url":["\(receiver)/answer"],"answer_method":"POST",\
            "event_url":["\(events ?? receiver + "/event")"]\(more)}
            """
        )
    }
}
