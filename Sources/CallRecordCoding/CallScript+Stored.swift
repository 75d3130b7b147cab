internal import PromptCallCore

extension CallScript: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.text, to: 1)
        writer.write(self.byeText, to: 2)
        writer.write(self.failedText, to: 3)
        writer.write(self.machineText, to: 4)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init(text: "")
        while let field = try reader.next() {
            switch field.number {
            case 1: self.text = try field.text()
            case 2: self.byeText = try field.text()
            case 3: self.failedText = try field.text()
            case 4: self.machineText = try field.text()
            default: continue
            }
        }
    }
}
