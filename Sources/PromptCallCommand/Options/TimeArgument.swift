import ArgumentParser
import SwiftProtobuf

/// A moment as it is written on the command line: in RFC 3339, or as a duration from now.
enum TimeArgument: Hashable, Sendable {
    case at(Google_Protobuf_Timestamp)
    case fromNow(Duration)

    /// Reads a time.
    ///
    /// - Throws: `ValidationError` saying how one is written.
    init(reading text: String) throws {
        if let duration = DurationArgument.duration(text), duration <= DurationArgument.longest {
            self = .fromNow(duration)
        } else if let time = Self.time(text) {
            self = .at(time)
        } else {
            throw ValidationError(
                "write a time such as 2026-01-31T09:00:00Z, or a duration from now such as 10m."
            )
        }
    }

    private static func time(_ text: String) -> Google_Protobuf_Timestamp? {
        // Nothing that means something to the JSON parser, which knows RFC 3339.
        guard text.allSatisfy({ "0123456789TZ:+-.".contains($0) }) else { return nil }
        return try? Google_Protobuf_Timestamp(jsonString: "\"\(text)\"")
    }

    /// The moment, where a duration counts forwards.
    func later(than now: Duration) -> Google_Protobuf_Timestamp {
        switch self {
        case .at(let time): time
        case .fromNow(let duration): Self.timestamp(now + duration)
        }
    }

    /// The moment, where a duration counts backwards.
    func earlier(than now: Duration) -> Google_Protobuf_Timestamp {
        switch self {
        case .at(let time): time
        case .fromNow(let duration): Self.timestamp(now - duration)
        }
    }

    private static func timestamp(_ sinceEpoch: Duration) -> Google_Protobuf_Timestamp {
        let (seconds, attoseconds) = sinceEpoch.components
        let nanos = attoseconds / 1_000_000_000
        // A timestamp's nanos count forwards, also before 1970.
        return .with {
            $0.seconds = nanos < 0 ? seconds - 1 : seconds
            $0.nanos = Int32(nanos < 0 ? nanos + 1_000_000_000 : nanos)
        }
    }
}
