import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NexmoSimulator
import ServiceLifecycle

/// A result as its receiver got it.
struct ReceivedCallback: Sendable {
    var method: String
    var query: String
    var headers: [String: String]
    var body: String

    /// The fields of the query or the form.
    var fields: [String: String] {
        let text = self.method == "GET" ? self.query : self.body
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(sides[0])] = String(sides.last ?? "").removingPercentEncoding
        }
        return fields
    }
}

/// A service that takes results.
struct CallbackReceiver: Sendable {
    let received = Watched([ReceivedCallback]())
    let port = Watched(0)
    /// Answered before 200, one each.
    let refusals: Watched<[Int]>

    init(refusals: [Int] = []) {
        self.refusals = Watched(refusals)
    }

    var url: String { "http://127.0.0.1:\(self.port.value)/results" }

    /// Runs beside a body.
    func run<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let router = Router()
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { request, _ in try await self.take(request) }
        }
        let logger = Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                self.port.update { $0 = channel.localAddress?.port ?? 0 }
            },
            logger: logger
        )
        let group = ServiceGroup(services: [application], logger: logger)
        async let running: Void = group.run()
        try await self.port.wait { $0 != 0 }
        do {
            let result = try await body()
            await group.triggerGracefulShutdown()
            try await running
            return result
        } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
    }

    private func take(_ request: Request) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let callback = ReceivedCallback(
            method: request.method.rawValue,
            query: request.uri.query ?? "",
            headers: headers,
            body: String(buffer: buffer)
        )
        self.received.update { $0.append(callback) }
        let refusal = self.refusals.update { $0.isEmpty ? nil : $0.removeFirst() }
        return Response(status: .init(code: refusal ?? 200))
    }
}
