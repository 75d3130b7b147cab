import Cryptography
import DaemonConfiguration
import Foundation
import PromptCallCore
import Testing

@testable import PromptCallDaemon

@Suite("Callbacks")
struct CallbackTests {
    private static let expected: [(String, String)] = [
        ("to", "447700900123"), ("tid", "01900000-0000-7000-8000-000000000001"),
        ("status", "ok"), ("reason", "digits_collected"), ("detail", "All \\ well"),
        ("attempts", "2"), ("redials", "1"), ("digits", "12*#"), ("message_left", "false"),
        ("call_uuid", "leg-2"), ("duration", "2"), ("price", "0.02300000"),
        ("rate", "0.02000000"), ("network", "GB-FIXED"),
        ("submitted_at", "2026-03-02T09:14:05.001Z"),
        ("answered_at", "2026-03-02T09:14:29.501Z"), ("ended_at", "2026-03-02T09:14:35.123Z"),
        ("request_id", "r-1"), ("label.a.b", "x & \"y\"\n"), ("label.z", "é"),
    ]

    @Test("Every field of the contract is there, in its order")
    func fields() throws {
        let fields = CallbackFields(try Sample.record()).fields
        #expect(fields.map(\.name) == Self.expected.map(\.0))
        #expect(fields.map(\.value) == Self.expected.map(\.1))
    }

    @Test("Times keep their milliseconds", arguments: [0, 1, 9, 57, 122, 123, 499, 999])
    func milliseconds(_ rest: Int) throws {
        for second: Int64 in [1_772_442_845, 1_772_442_846, 1_900_000_001] {
            let record = try Sample.record {
                $0.progress.submittedAt = Timestamp(milliseconds: second * 1000 + Int64(rest))
            }
            let field = CallbackFields(record).fields.first { $0.name == "submitted_at" }
            let digits = String("00\(rest)".suffix(3))
            #expect(field?.value.hasSuffix(".\(digits)Z") == true)
        }
    }

    @Test("Fields without a value are left out")
    func absent() throws {
        let record = try Sample.record {
            $0.collected = nil
            $0.progress.detail = ""
            $0.progress.legs = []
            $0.progress.reason = .cancelled
        }
        let names = Set(CallbackFields(record).fields.map(\.name))
        let absent: Set<String> = [
            "digits", "detail", "call_uuid", "duration", "price", "rate", "network", "answered_at",
        ]
        #expect(names.isDisjoint(with: absent))
        #expect(names.count == Self.expected.count - absent.count)
    }

    @Test("A message that was left is told")
    func messageLeft() throws {
        let record = try Sample.record { $0.progress.reason = .messageLeft }
        let field = CallbackFields(record).fields.first { $0.name == "message_left" }
        #expect(field?.value == "true")
    }

    @Test("Collected digits never stand in a URL")
    func digitsNotInURL() throws {
        let terms = CallbackTerms(url: "https://a.example/", method: .get)
        let record = try Sample.record(callback: terms)
        #expect(!CallbackFields(record).fields.contains { $0.name == "digits" })
        let request = CallbackRequest(record, to: terms, secret: nil, now: Sample.start)
        #expect(!request.url.contains("digits="))
    }

    @Test("A form says the same when it is read again")
    func form() throws {
        let form = CallbackFields(try Sample.record()).form
        let pairs = form.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        let read = pairs.map { pair in
            pair.map { String($0).removingPercentEncoding ?? "?" }
        }
        #expect(read == Self.expected.map { [$0.0, $0.1] })
        #expect(form.contains("label.a.b=x%20%26%20%22y%22%0A&label.z=%C3%A9"))
        #expect(form.contains("digits=12%2A%23"))
    }

    @Test("JSON says the same, numbers and truth values bare and prices as text")
    func json() throws {
        let record = try Sample.record { $0.progress.detail = "\u{1}\t\"\\\u{2028}" }
        let data = Data(CallbackFields(record).json)
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any]
        )
        #expect(object.count == Self.expected.count)
        #expect(object["detail"] as? String == "\u{1}\t\"\\\u{2028}")
        #expect(object["label.a.b"] as? String == "x & \"y\"\n")
        #expect(object["attempts"] as? Int == 2)
        #expect(object["duration"] as? Int == 2)
        #expect(object["message_left"] as? Bool == false)
        #expect(object["price"] as? String == "0.02300000")
        #expect(object["digits"] as? String == "12*#")
    }

    @Test("Each method has its place for the fields")
    func methods() throws {
        func request(_ url: String, _ method: CallbackMethod) throws -> CallbackRequest {
            let terms = CallbackTerms(url: url, method: method)
            let record = try Sample.record(callback: terms)
            return CallbackRequest(record, to: terms, secret: nil, now: Sample.start)
        }
        let get = try request("https://a.example/b", .get)
        #expect(get.method == "GET")
        #expect(get.url.hasPrefix("https://a.example/b?to=447700900123&tid="))
        #expect(get.body.isEmpty)
        #expect(header("content-type", get) == nil)
        #expect(try request("https://a.example/b?x=?1", .get).url.contains("/b?x=?1&to=447"))

        let form = try request("https://a.example/b?x=1", .postForm)
        #expect(form.method == "POST")
        #expect(form.url == "https://a.example/b?x=1")
        #expect(String(decoding: form.body, as: UTF8.self).hasPrefix("to=447700900123&"))
        #expect(header("content-type", form) == "application/x-www-form-urlencoded")

        let json = try request("https://a.example/b", .postJSON)
        #expect(json.method == "POST")
        #expect(String(decoding: json.body, as: UTF8.self).hasPrefix("{\"to\":\"447700900123\","))
        #expect(header("content-type", json) == "application/json")
        for request in [get, form, json] {
            #expect(header("webhook-id", request) == "msg_\(Sample.id)")
            #expect(header("webhook-signature", request) == nil)
            #expect(header("webhook-timestamp", request) == nil)
        }
    }

    @Test(
        "The signature is that of Standard Webhooks",
        arguments: CallbackMethod.allCases
    )
    func signature(_ method: CallbackMethod) throws {
        let key: [UInt8] = Array(1...24)
        let secret = try CallbackSigningSecret("whsec_" + Base64.encode(key))
        let terms = CallbackTerms(url: "https://a.example/b?x=1", method: method)
        let record = try Sample.record(callback: terms)
        let first = CallbackRequest(record, to: terms, secret: secret, now: Sample.start)
        let again = CallbackRequest(
            record,
            to: terms,
            secret: secret,
            now: Sample.start + .seconds(5)
        )
        #expect(header("webhook-id", first) == header("webhook-id", again))
        #expect(header("webhook-timestamp", first) == "1772442845")
        #expect(header("webhook-timestamp", again) == "1772442850")
        #expect(header("webhook-signature", first) != header("webhook-signature", again))
        for request in [first, again] {
            let id = try #require(header("webhook-id", request))
            let timestamp = try #require(header("webhook-timestamp", request))
            let body =
                switch method {
                case .get:
                    Array(
                        try #require(URLComponents(string: request.url)?.percentEncodedQuery).utf8
                    )
                case .postForm, .postJSON: request.body
                }
            let code = Self.hmac(Array("\(id).\(timestamp).".utf8) + body, key: key)
            #expect(
                header("webhook-signature", request) == "v1," + Data(code).base64EncodedString()
            )
        }
    }

    /// HMAC (RFC 2104), made by hand of a hash alone.
    private static func hmac(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let padded = key + [UInt8](repeating: 0, count: 64 - key.count)
        let inner = SHA256.digest(padded.map { $0 ^ 0x36 } + bytes)
        return SHA256.digest(padded.map { $0 ^ 0x5C } + inner)
    }

    private func header(_ name: String, _ request: CallbackRequest) -> String? {
        request.headers.first { $0.0 == name }?.1
    }
}
