import SwiftProtobuf

/// Lines of `name: value`, the values below each other; what has no value is left out.
struct FieldBlock {
    private var fields: [(name: String, value: String)] = []

    mutating func add(_ name: String, _ value: String) {
        guard !value.isEmpty else { return }
        self.fields.append((name, value.printable))
    }

    mutating func add(_ name: String, count: UInt32) {
        if count > 0 { self.add(name, "\(count)") }
    }

    mutating func add(_ name: String, time: Google_Protobuf_Timestamp?) {
        if let time { self.add(name, TimeText.time(time)) }
    }

    mutating func add(_ name: String, duration: Google_Protobuf_Duration?) {
        if let duration { self.add(name, TimeText.duration(duration)) }
    }

    /// The lines, each with something before it; without a newline at the end.
    func text(indent: String = "") -> String {
        let width = (self.fields.map(\.name.count).max() ?? 0) + 2
        return self.fields
            .map { indent + "\($0.name):".padded(to: width) + $0.value }
            .joined(separator: "\n")
    }
}
