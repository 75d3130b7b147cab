import Testing

/// An answer of Nexmo's as bytes, and what a placing may be taken as where it is cut.
struct WireAnswer: Sendable, CustomTestStringConvertible {
    typealias Ending = PlacementProbe.Ending

    var testDescription: String
    var head: String
    var body: String
    /// Where the answer came to its end.
    var whole: Ending
    /// Where its head came to its end, and its body did not.
    var cutInBody: Ending = .unknown
    /// Whether the end of the connection is the end of the body.
    var endsWithConnection = false

    var bytes: [UInt8] { Array((self.head + self.body).utf8) }

    /// What a placing may end as after so many bytes.
    ///
    /// A reset may overtake bytes that were sent before it, so after one any shorter cut may be
    /// seen as well.
    func endings(after count: Int, reset: Bool) -> Set<Ending> {
        let length = self.bytes.count
        let isWhole = count >= length && !(reset && self.endsWithConnection)
        let ending: Ending =
            if isWhole { self.whole } else if count >= self.head.utf8.count {
                self.cutInBody
            } else { .unknown }
        return reset ? [ending, .unknown, self.cutInBody] : [ending]
    }

    static let created =
        #"{"uuid":"\#(Fixture.uuid)","status":"started","conversation_uuid":"CON-1"}"#

    /// An answer with a `Content-Length`.
    static func sized(
        _ status: String,
        headers: [String] = [],
        body: String,
        whole: Ending,
        cutInBody: Ending = .unknown
    ) -> Self {
        let lines =
            ["HTTP/1.1 \(status)", "Content-Type: application/json"] + headers
            + ["Content-Length: \(body.utf8.count)"]
        return Self(
            testDescription: status,
            head: lines.joined(separator: "\r\n") + "\r\n\r\n",
            body: body,
            whole: whole,
            cutInBody: cutInBody
        )
    }

    /// The 201 in pieces of a few bytes.
    static let chunked = Self(
        testDescription: "201 in chunks",
        head: "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n",
        body: stride(from: 0, to: created.utf8.count, by: 30).map { start in
            let piece = created.dropFirst(start).prefix(30)
            return String(piece.utf8.count, radix: 16) + "\r\n\(piece)\r\n"
        }.joined() + "0\r\n\r\n",
        whole: .placed
    )

    /// The 201 that ends with its connection.
    static let unsized: Self = {
        var answer = Self(
            testDescription: "201 without a length",
            head: "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n",
            body: created,
            whole: .placed
        )
        answer.endsWithConnection = true
        return answer
    }()

    /// The 201 after what says that it is yet to come.
    static let continued = Self(
        testDescription: "201 after 100",
        head: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            + "HTTP/1.1 201 Created\r\nContent-Length: \(created.utf8.count)\r\n\r\n",
        body: created,
        whole: .placed
    )

    static let all: [Self] = {
        let error = #"{"title":"Sorry","detail":"No."}"#
        let credit = #"{"title":"Sorry","detail":"The account's credit is used up."}"#
        return [
            .sized("201 Created", body: created, whole: .placed), .chunked, .unsized, .continued,
            .sized("400 Bad Request", body: error, whole: .refused, cutInBody: .refused),
            .sized("401 Unauthorized", body: error, whole: .refused, cutInBody: .refused),
            .sized("402 Payment Required", body: error, whole: .refused, cutInBody: .refused),
            .sized("403 Forbidden", body: error, whole: .refused, cutInBody: .notPlaced),
            .sized("404 Not Found", body: error, whole: .refused, cutInBody: .refused),
            .sized("408 Request Timeout", body: error, whole: .notPlaced, cutInBody: .notPlaced),
            .sized(
                "429 Too Many Requests",
                headers: ["Retry-After: 3"],
                body: error,
                whole: .notPlaced,
                cutInBody: .notPlaced
            ),
            .sized("500 Internal Server Error", body: error, whole: .unknown),
            .sized("503 Service Unavailable", body: credit, whole: .unknown),
            .sized("302 Found", headers: ["Location: /v1/calls"], body: "", whole: .unknown),
        ]
    }()
}
