internal import FoundationEssentials
internal import NIOHTTP1
package import PromptCallCore
internal import Synchronization

/// Nexmo's Voice API, as the engine knows it.
package final class NexmoVoice: VoiceProvider {
    /// Nexmo's own address, where nothing else is configured.
    package static let publicURL = "https://api.nexmo.com"

    /// Calls on a page of the list; the most that Nexmo takes.
    private static let pageSize = 100
    /// Most pages that are looked through.
    private static let pagesMax = 10
    /// How far Nexmo's clock may be behind ours when it is asked for the latest legs.
    private static let searchSlack: Duration = .seconds(60)
    /// Longest that a call can be told to last, in seconds (reference, 1.1).
    private static let lengthSecondsMax: Int64 = 7200
    /// Longest that a phone can be told to ring, in seconds (reference, 1.1).
    private static let ringSecondsMax: Int64 = 120

    private let client: NexmoClient
    private let mint: TokenMint
    private let urls: WebhookURLs
    private let regions: LegRegions
    private let defaultURL: String
    private let now: @Sendable () -> Timestamp

    /// Puts the parts together; the client is the owner's to shut down.
    ///
    /// - Parameters:
    ///   - client: Sends the requests.
    ///   - mint: Signs them, and knows the profiles.
    ///   - urls: What Nexmo is told to call.
    ///   - regions: Where legs live that webhooks told of.
    ///   - defaultURL: Where the API is for profiles that do not say, and for callers' own keys.
    ///   - now: The engine's clock.
    package init(
        client: NexmoClient,
        mint: TokenMint,
        urls: WebhookURLs,
        regions: LegRegions = LegRegions(),
        defaultURL: String = NexmoVoice.publicURL,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.client = client
        self.mint = mint
        self.urls = urls
        self.regions = regions
        self.defaultURL = defaultURL
        self.now = now
    }

    package func place(
        _ placement: Placement,
        sent: @escaping @Sendable () -> Void
    ) async -> PlacementAnswer {
        // The second try after a 401 is no second placement.
        let once = Once(sent)
        do {
            let reply = try await self.send(
                .place,
                .POST,
                path: "",
                body: self.body(of: placement),
                placement.credentials,
                sent: { once() }
            )
            return PlacementAnswer(reply)
        } catch {
            return .refused(PlacementAnswer.Refusal(.credentials, detail: error.description))
        }
    }

    package func hangUp(_ leg: LegAddress) async -> HangUpAnswer {
        var body = JSONWriter()
        body.object { $0.member("action", "hangup") }
        let path = "/" + Self.escaped(leg.uuid)
        let reply = try? await self.send(
            .hangUp,
            .PUT,
            path: path,
            body: body.bytes,
            leg.credentials,
            of: leg.uuid
        )
        guard case .answer(let answer) = reply else { return .failed }
        switch answer.status {
        case 200..<300: return .accepted
        case 400: return .refused
        case 404: return .gone
        default: return .failed
        }
    }

    package func leaveMessage(_ call: ScriptedCall, on leg: LegAddress) async -> MessageAnswer {
        var body = JSONWriter()
        body.object { body in
            body.member("action", "transfer")
            body.member(
                "destination",
                object: { destination in
                    destination.member("type", "ncco")
                    destination.member("ncco", json: NCCO(messageOf: call, urls: self.urls).json)
                }
            )
        }
        let path = "/" + Self.escaped(leg.uuid)
        let reply = try? await self.send(
            .message,
            .PUT,
            path: path,
            body: body.bytes,
            leg.credentials
        )
        switch reply {
        case .answer(let answer) where (200..<300).contains(answer.status): return .accepted
        case .answer(let answer) where answer.status == 404: return .gone
        // Of any other 4xx nothing was done.
        case .answer(let answer) where (400..<500).contains(answer.status): return .refused
        case .answer: return .failed
        case .failed(let failure): return failure.wasSent ? .failed : .refused
        // No token could be made.
        case nil: return .refused
        }
    }

    package func fetch(_ leg: LegAddress) async -> FetchAnswer {
        let path = "/" + Self.escaped(leg.uuid)
        let reply = try? await self.send(.fetch, .GET, path: path, leg.credentials, of: leg.uuid)
        guard case .answer(let answer) = reply else { return .failed }
        switch answer.status {
        case 200:
            guard let report = try? CallDetail(answer.body).words.report(.fetch) else {
                return .failed
            }
            return .report(report)
        case 404: return .notFound
        default: return .failed
        }
    }

    package func search(_ search: LegSearch) async -> SearchAnswer {
        let start = Self.text(of: search.since)
        let end = Self.text(of: self.now() + Self.searchSlack)
        var legs: [LegReport] = []
        for page in 0..<Self.pagesMax {
            let query =
                "?date_start=\(start)&date_end=\(end)&page_size=\(Self.pageSize)"
                + "&record_index=\(page * Self.pageSize)&order=asc"
            let reply = try? await self.send(.search, .GET, path: query, search.credentials)
            guard case .answer(let answer) = reply, answer.status == 200,
                let calls = try? CallPage(answer.body).calls
            else { return .failed }
            legs += calls.compactMap { call in
                guard call.isOutbound, call.to == search.to, call.from == search.from,
                    call.words.uuid != nil
                else { return nil }
                return call.words.report(.fetch)
            }
            if calls.count < Self.pageSize { return .legs(legs) }
        }
        // What was not looked at may hold another leg, so that one found is not the only one.
        return .failed
    }

    package func render(_ directive: Directive, for scripted: ScriptedCall) -> [UInt8] {
        NCCO(directive, for: scripted, urls: self.urls).json
    }

    /// Sends a request, and once more with a fresh token where Nexmo refuses the first; one about
    /// a leg goes where the leg lives.
    private func send(
        _ operation: NexmoRequest.Operation,
        _ method: HTTPMethod,
        path: String,
        body: [UInt8]? = nil,
        _ credentials: CallCredentials,
        of uuid: String? = nil,
        sent: @escaping @Sendable () -> Void = {}
    ) async throws(TokenMint.Fault) -> NexmoReply {
        var base = self.mint.url(for: credentials) ?? self.defaultURL
        if let uuid { base = self.regions.base(of: uuid, configured: base) }
        while base.hasSuffix("/") { base.removeLast() }
        var request = NexmoRequest(
            operation: operation,
            method: method,
            url: base + "/v1/calls" + path,
            body: body
        )
        if operation == .search { request.answerBytesMax = NexmoRequest.pageBytesMax }
        let token = try self.mint.token(for: credentials, now: self.now())
        let reply = await self.client.send(request, token: token, sent: sent)
        guard case .answer(let answer) = reply, answer.status == 401,
            self.mint.invalidate(token, of: credentials)
        else { return reply }
        let fresh = try self.mint.token(for: credentials, now: self.now())
        return await self.client.send(request, token: fresh, sent: sent)
    }

    private func body(of placement: Placement) -> [UInt8] {
        let call = placement.call
        var body = JSONWriter()
        body.object { body in
            body.member(
                "to",
                array: { to in to.object { Self.write(call.terms.to, to: &$0) } }
            )
            body.member("from", object: { Self.write(call.terms.from, to: &$0) })
            body.member("ncco", json: self.render(placement.opening, for: call))
            body.member("event_url", only: self.urls.url(.event, of: call.id, leg: call.leg))
            body.member("event_method", "POST")
            if let machine = call.terms.machine { Self.write(machine, to: &body) }
            body.member(
                "length_timer",
                Self.seconds(call.terms.maxDuration, max: Self.lengthSecondsMax)
            )
            body.member(
                "ringing_timer",
                Self.seconds(call.terms.ringTimeout, max: Self.ringSecondsMax)
            )
        }
        return body.bytes
    }

    /// Nexmo listens before it plays anything, and goes on whoever answered: it errs too often to
    /// be left the decision (design, "Machine").
    private static func write(_ machine: MachineTerms, to body: inout JSONWriter) {
        switch (machine.detection, machine.action) {
        case (.standard, _):
            body.member("machine_detection", "continue")
        case (.advanced, .hangUp):
            body.member(
                "advanced_machine_detection",
                object: { detection in
                    detection.member("behavior", "continue")
                    detection.member("mode", "detect")
                }
            )
        case (.advanced, .leaveMessage):
            body.member(
                "advanced_machine_detection",
                object: { detection in
                    detection.member("behavior", "continue")
                    detection.member("mode", "detect_beep")
                    detection.member("beep_timeout", Self.seconds(CallWindows.beep, max: 120))
                }
            )
        }
    }

    private static func write(_ number: PhoneNumber, to endpoint: inout JSONWriter) {
        endpoint.member("type", "phone")
        endpoint.member("number", number.digits)
    }

    /// Whole seconds, rounded up, from 1 to `max`.
    private static func seconds(_ duration: Duration, max: Int64) -> Int {
        Int(Swift.min(Swift.max((duration.wholeMilliseconds + 999) / 1000, 1), max))
    }

    /// ISO 8601 in UTC, without parts of a second.
    private static func text(of moment: Timestamp) -> String {
        let seconds = Double(moment.milliseconds / 1000)
        return Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }

    /// A leg's opaque name as one step of a path: it came from outside.
    private static func escaped(_ uuid: String) -> String {
        uuid.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                String(Unicode.Scalar(byte))
            default:
                "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
        }.joined()
    }
}

/// Calls a closure the first time only.
private final class Once: Sendable {
    private let action: Mutex<(@Sendable () -> Void)?>

    init(_ action: @escaping @Sendable () -> Void) {
        self.action = Mutex(action)
    }

    func callAsFunction() {
        let action = self.action.withLock { stored in
            defer { stored = nil }
            return stored
        }
        action?()
    }
}
