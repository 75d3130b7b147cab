import SwiftProtobuf

/// Writes times and durations.
enum TimeText {
    /// In RFC 3339, UTC.
    static func time(_ time: Google_Protobuf_Timestamp) -> String {
        self.unquoted(try? time.jsonString()) ?? "\(time.seconds) s after 1970"
    }

    /// In seconds, such as `1.500s`.
    static func duration(_ duration: Google_Protobuf_Duration) -> String {
        self.unquoted(try? duration.jsonString()) ?? "\(duration.seconds)s"
    }

    /// What a JSON string holds that has no escapes; nothing for a time that JSON cannot hold.
    private static func unquoted(_ json: String?) -> String? {
        json.map { String($0.dropFirst().dropLast()) }
    }
}
