internal import Cryptography
internal import DaemonConfiguration
internal import PromptCallCore

/// One delivery of a result, ready to be sent.
struct CallbackRequest: Sendable {
    let method: String
    let url: String
    let headers: [(String, String)]
    let body: [UInt8]

    /// Puts a result into the form that the call asked for, and signs it where there is a secret
    /// (Standard Webhooks: `id.timestamp.body`; for GET the body is the query).
    init(
        _ record: CallRecord,
        to callback: CallbackTerms,
        secret: CallbackSigningSecret?,
        now: Timestamp
    ) {
        let fields = CallbackFields(record)
        let signed: [UInt8]
        var headers = [("webhook-id", "msg_\(record.id)"), ("user-agent", "promptcall")]
        switch callback.method {
        case .get:
            self.method = "GET"
            self.url = callback.url + (callback.url.contains("?") ? "&" : "?") + fields.form
            self.body = []
            let query = self.url.split(separator: "?", maxSplits: 1).last ?? ""
            signed = Array(query.utf8)
        case .postForm:
            self.method = "POST"
            self.url = callback.url
            self.body = Array(fields.form.utf8)
            headers.append(("content-type", "application/x-www-form-urlencoded"))
            signed = self.body
        case .postJSON:
            self.method = "POST"
            self.url = callback.url
            self.body = fields.json
            headers.append(("content-type", "application/json"))
            signed = self.body
        }
        if let secret {
            let timestamp = "\(now.milliseconds / 1000)"
            let text = Array("msg_\(record.id).\(timestamp).".utf8) + signed
            let code = HMACSHA256.code(for: text, key: secret.bytes)
            headers.append(("webhook-timestamp", timestamp))
            headers.append(("webhook-signature", "v1," + Base64.encode(code)))
        }
        self.headers = headers
    }
}
