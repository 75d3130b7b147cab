import Foundation
import NexmoSimulator
import WireTestSupport

/// A Nexmo for one call, which stops its first placing at a point and obeys whatever comes later.
final class PlacementNexmo: Sendable {
    /// An order to ring that Nexmo has read as a whole.
    struct Create: Sendable {
        var number: String
        /// Where it wants to be told of its leg.
        var eventURL: String
        var uuid: String
    }

    /// The orders that came after the stop.
    let later = Watched([Create]())
    let call: PlacementCall
    private let server: ByteServer
    private let isObeying: Watched<Bool>
    private let gate: WireGate

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - call: The call that is placed.
    ///   - cut: What is done with its connection once ``obey()`` is called; nil for nothing.
    /// - Throws: What NIO throws where no port can be had.
    init(_ call: PlacementCall, cut: WireStep?) async throws {
        let (later, isObeying, gate) = (self.later, Watched(false), WireGate())
        self.call = call
        self.isObeying = isObeying
        self.gate = gate
        self.server = try await ByteServer { number in
            guard !isObeying.value, number == 0 else {
                return [.serve { Self.answer($0, call, later) }]
            }
            return call.stop.steps(uuid: call.uuid) + [.pause(gate)] + (cut.map { [$0] } ?? [])
        }
    }

    /// Where the daemon is told that Nexmo is.
    var url: String {
        if case .handshake = self.call.stop { return "https://127.0.0.1:\(self.server.port)" }
        return self.server.url
    }

    /// The order that was read as a whole before the stop.
    var first: Create? {
        self.server.connections.first?.requests.first
            .flatMap { Self.create($0, uuid: self.call.uuid) }
    }

    /// Returns once the placing stands where it is to stop.
    func stopped() async throws {
        let steps = self.call.stop.steps(uuid: self.call.uuid).count
        try await self.server.wait { $0.first?.stepsDone == steps }
    }

    /// Cuts what is stopped, and answers from now on.
    func obey() {
        self.isObeying.update { $0 = true }
        self.gate.open()
    }

    func stop() async throws { try await self.server.stop() }

    /// Tells the daemon of a leg; returns its answer's status.
    func report(_ status: String, of create: Create) async throws -> Int? {
        try await WireClient.post(
            #"{"uuid":"\#(create.uuid)","conversation_uuid":"CON-\#(create.uuid)","#
                + #""direction":"outbound","status":"\#(status)"}"#,
            to: create.eventURL
        )
    }

    /// The 201 for a leg of this name.
    static func created(_ uuid: String) -> [UInt8] {
        self.json("201 Created", #"{"uuid":"\#(uuid)","conversation_uuid":"CON-\#(uuid)"}"#)
    }

    private static func answer(
        _ request: WireRequest,
        _ call: PlacementCall,
        _ later: Watched<[Create]>
    ) -> [UInt8] {
        switch request.line.split(separator: " ").first {
        case "POST":
            let uuid = later.update { later in
                let uuid = "\(call.uuid)-again-\(later.count)"
                if let create = self.create(request, uuid: uuid) { later.append(create) }
                return uuid
            }
            return self.created(uuid)
        case "PUT":
            return Array("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".utf8)
        default:
            guard request.line.hasPrefix("GET /v1/calls?") else {
                return self.json("404 Not Found", "{}")
            }
            let list = self.listed(call).joined(separator: ",")
            return self.json("200 OK", #"{"count":1,"_embedded":{"calls":[\#(list)]}}"#)
        }
    }

    /// The legs of a call as the list shows them.
    private static func listed(_ call: PlacementCall) -> [String] {
        guard case .listed(let count) = call.fate else { return [] }
        return (0..<count).map { index in
            let uuid = index == 0 ? call.uuid : "\(call.uuid)-\(index)"
            return #"{"uuid":"\#(uuid)","conversation_uuid":"CON-\#(uuid)","status":"ringing","#
                + #""direction":"outbound","to":{"type":"phone","number":"\#(call.number)"},"#
                + #""from":{"type":"phone","number":"\#(PlacementLab.from)"}}"#
        }
    }

    private static func create(_ request: WireRequest, uuid: String) -> Create? {
        struct Body: Decodable {
            struct Endpoint: Decodable { var number: String }
            enum CodingKeys: String, CodingKey {
                case to
                case eventURL = "event_url"
            }
            var to: [Endpoint]
            var eventURL: [String]
        }
        guard request.isCreate,
            let body = try? JSONDecoder().decode(Body.self, from: Data(request.body.utf8)),
            let number = body.to.first?.number, let url = body.eventURL.first
        else { return nil }
        return Create(number: number, eventURL: url, uuid: uuid)
    }

    /// An answer after which the connection is not used again, so that each request has its own.
    private static func json(_ status: String, _ body: String) -> [UInt8] {
        let lines = [
            "HTTP/1.1 \(status)", "Content-Type: application/json", "Connection: close",
            "Content-Length: \(body.utf8.count)",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}

/// As of a ``ByteServer``, a failed expectation shows nothing of it.
extension PlacementNexmo: CustomReflectable {
    var customMirror: Mirror { Mirror(self, children: []) }
}
