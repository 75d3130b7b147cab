/// Bodies of refusals, in the shapes seen of Nexmo (reference, section 1.3).
enum ErrorBody {
    static func violation(_ violation: Violation) -> JSON {
        switch violation.form {
        case .structure:
            [
                "type": "BAD_REQUEST", "error_title": "Bad Request",
                "invalid_parameters": .object([.init(violation.name, .string(violation.reason))]),
            ]
        case .value:
            [
                "type": .integer(400), "title": "Bad Request",
                "invalid_parameters": [
                    ["name": .string(violation.name), "reason": .string(violation.reason)]
                ],
            ]
        }
    }

    /// The body for a status.
    ///
    /// - Parameters:
    ///   - status: From 400 to 599.
    ///   - instance: The trace id of the request.
    /// - Returns: JSON of the shape that this status comes with.
    static func status(_ status: Int, instance: String) -> JSON {
        switch status {
        case 400: ["type": "BAD_REQUEST", "error_title": "Bad Request"]
        case 401: ["type": "UNAUTHORIZED", "error_title": "Unauthorized"]
        case 404: ["type": .integer(404), "title": "Not Found"]
        case 415: ["type": "UNSUPPORTED_MEDIA_TYPE", "error_title": "Unsupported Media Type"]
        case 429:
            self.problem(
                "throttled",
                "Rate Limit Hit",
                "More calls were asked for in one second than the account allows.",
                instance
            )
        case 402, 403:
            self.problem("forbidden", "Forbidden", "The account may not place this call.", instance)
        default:
            self.problem("internal", "Internal Error", "The service is not available.", instance)
        }
    }

    private static func problem(
        _ type: String,
        _ title: String,
        _ detail: String,
        _ instance: String
    ) -> JSON {
        [
            "type": .string("https://developer.nexmo.com/api-errors#\(type)"),
            "title": .string(title), "detail": .string(detail), "instance": .string(instance),
        ]
    }
}
