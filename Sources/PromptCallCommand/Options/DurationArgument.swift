import ArgumentParser
import SwiftProtobuf

/// A duration as it is written on the command line: a whole number and a unit, such as `10m`.
struct DurationArgument: Hashable, Sendable {
    /// The longest, far from where sums of times overflow: a hundred years.
    static let longest: Duration = .seconds(36_525 * 86_400)

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    let duration: Duration

    /// Reads a duration.
    ///
    /// - Throws: `ValidationError` saying how one is written.
    init(reading text: String) throws {
        guard let duration = Self.duration(text) else {
            throw ValidationError(
                "write a whole number and a unit of ms, s, m, h or d, such as 10s."
            )
        }
        guard duration <= Self.longest else {
            throw ValidationError("a hundred years are the most.")
        }
        self.duration = duration
    }

    /// Reads a duration of any length; nil where the text is none.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { "0123456789".contains($0) }
        let unit = text[digits.endIndex...]
        guard let count = Int64(digits),
            let match = self.units.first(where: { $0.name == unit }),
            case (let milliseconds, false) = count.multipliedReportingOverflow(
                by: match.milliseconds
            )
        else { return nil }
        return .milliseconds(milliseconds)
    }

    /// As the API carries it.
    var message: Google_Protobuf_Duration {
        let (seconds, attoseconds) = self.duration.components
        return .with {
            $0.seconds = seconds
            $0.nanos = Int32(attoseconds / 1_000_000_000)
        }
    }
}
