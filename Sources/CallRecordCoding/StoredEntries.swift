internal import PromptCallCore

/// Entries, each as keyed in.
struct StoredEntries: StoredMessage {
    var entries: [DTMFDigits]

    init(_ entries: [DTMFDigits]) {
        self.entries = entries
    }

    func write(to writer: inout FieldWriter) {
        for entry in self.entries {
            writer.writePresent(entry.keys, to: 1)
        }
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.entries = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            self.entries.append(try field.digits())
        }
    }
}
