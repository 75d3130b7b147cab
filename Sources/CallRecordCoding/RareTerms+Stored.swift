internal import PromptCallCore

extension RedialTerms: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.redialsMax, to: 1)
        writer.write(self.wait, to: 2)
        for reason in self.reasons { writer.write(reason, to: 3) }
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init(redialsMax: 0, wait: .zero, reasons: [])
        while let field = try reader.next() {
            switch field.number {
            case 1: self.redialsMax = try field.integer()
            case 2: self.wait = try field.duration()
            case 3: self.reasons.append(try field.value())
            default: continue
            }
        }
    }
}

extension MachineTerms: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.action, to: 1)
        writer.write(self.detection, to: 2)
        writer.write(self.speech, to: 3)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var action: Action?
        var detection: MachineDetection?
        var speech = Duration.zero
        while let field = try reader.next() {
            switch field.number {
            case 1: action = try field.value()
            case 2: detection = try field.value()
            case 3: speech = try field.duration()
            default: continue
            }
        }
        self.init(
            try needed(action, "machine.action"),
            detection: try needed(detection, "machine.detection"),
            speech: speech
        )
    }
}
