internal import PromptCallCore

extension CallTimers: StoredMessage {
    /// One running timer.
    private struct Running: StoredMessage {
        var timer: CallTimer
        var at: Timestamp

        init(timer: CallTimer, at: Timestamp) {
            self.timer = timer
            self.at = at
        }

        func write(to writer: inout FieldWriter) {
            writer.write(self.timer, to: 1)
            writer.write(self.at, to: 2)
        }

        init(from reader: FieldReader) throws(RecordCodingError) {
            var reader = reader
            var timer: CallTimer?
            var at: Timestamp?
            while let field = try reader.next() {
                switch field.number {
                case 1: timer = try field.value()
                case 2: at = try field.time()
                default: continue
                }
            }
            self.init(timer: try needed(timer, "timer.kind"), at: try needed(at, "timer.at"))
        }
    }

    func write(to writer: inout FieldWriter) {
        writer.write(each: self.all.map { Running(timer: $0.timer, at: $0.at) }, to: 1)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init()
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            let running = try field.message(Running.self)
            self[running.timer] = running.at
        }
    }
}
