package import PromptCallCore

/// The part of a record that transitions change and that is no secret.
package struct CallState: Equatable, Sendable {
    package var progress: CallProgress
    package var dialogue: Dialogue
    package var timers: CallTimers
    package var decided: CallReason?

    package init(of record: CallRecord) {
        self.progress = record.progress
        self.dialogue = record.dialogue
        self.timers = record.timers
        self.decided = record.decided
    }

    /// Puts the state into a record.
    package func restore(_ record: inout CallRecord) {
        record.progress = self.progress
        record.dialogue = self.dialogue
        record.timers = self.timers
        record.decided = self.decided
    }
}

extension CallState: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.progress, to: 1)
        writer.write(self.dialogue, to: 2)
        writer.write(self.timers, to: 3)
        writer.write(ifPresent: self.decided, to: 4)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var progress: CallProgress?
        self.dialogue = Dialogue()
        self.timers = CallTimers()
        while let field = try reader.next() {
            switch field.number {
            case 1: progress = try field.message()
            case 2: self.dialogue = try field.message()
            case 3: self.timers = try field.message()
            case 4: self.decided = try field.value(CallReason.self)
            default: continue
            }
        }
        self.progress = try needed(progress, "progress")
    }
}
