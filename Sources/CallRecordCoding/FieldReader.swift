internal import PromptCallCore

/// Reads the fields of a message one after another.
struct FieldReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// Reads all of some bytes as one message that begins with a version.
    ///
    /// - Throws: ``RecordCodingError`` where the version is another.
    init(_ bytes: [UInt8], version: UInt8) throws(RecordCodingError) {
        guard let first = bytes.first else { throw RecordCodingError("A stored value is empty.") }
        guard first == version else {
            throw RecordCodingError("A stored value is of the unknown version \(first).")
        }
        self.bytes = bytes
        self.position = 1
        self.end = bytes.count
    }

    private init(_ bytes: [UInt8], from position: Int, to end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    /// One field, whose value is still to be taken as what it is.
    struct Field {
        let number: Int
        private let value: Value

        private enum Value {
            case varint(UInt64)
            case bytes(FieldReader)
            /// Of a kind that no version has written so far.
            case skipped
        }

        fileprivate init(number: Int, varint: UInt64) {
            self.number = number
            self.value = .varint(varint)
        }

        fileprivate init(number: Int, bytes: FieldReader) {
            self.number = number
            self.value = .bytes(bytes)
        }

        fileprivate init(skipped number: Int) {
            self.number = number
            self.value = .skipped
        }
    }

    /// Returns the next field; nil at the end of the message.
    ///
    /// - Throws: ``RecordCodingError`` where the bytes are no fields.
    mutating func next() throws(RecordCodingError) -> Field? {
        guard self.position < self.end else { return nil }
        let tag = try self.varint()
        guard let number = Int(exactly: tag >> 3), number > 0 else { throw Self.malformed }
        switch tag & 7 {
        case 0:
            return Field(number: number, varint: try self.varint())
        case 1:
            try self.skip(8)
        case 2:
            guard let length = Int(exactly: try self.varint()), length <= self.end - self.position
            else { throw Self.malformed }
            let start = self.position
            self.position += length
            return Field(
                number: number,
                bytes: FieldReader(self.bytes, from: start, to: self.position)
            )
        case 5:
            try self.skip(4)
        default:
            throw Self.malformed
        }
        return Field(skipped: number)
    }

    fileprivate var text: String {
        String(decoding: self.bytes[self.position..<self.end], as: UTF8.self)
    }

    private static var malformed: RecordCodingError {
        RecordCodingError("A stored value is no sequence of fields.")
    }

    private mutating func skip(_ count: Int) throws(RecordCodingError) {
        guard count <= self.end - self.position else { throw Self.malformed }
        self.position += count
    }

    private mutating func varint() throws(RecordCodingError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while self.position < self.end {
            let byte = self.bytes[self.position]
            self.position += 1
            // The tenth byte holds the last bit of 64.
            guard shift < 63 || byte <= 1 else { throw Self.malformed }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Self.malformed
    }
}

extension FieldReader.Field {
    func integer() throws(RecordCodingError) -> Int {
        let raw = try self.varint()
        guard let number = Int(exactly: raw) else { throw self.refused }
        return number
    }

    func flag() throws(RecordCodingError) -> Bool {
        try self.varint() != 0
    }

    func text() throws(RecordCodingError) -> String {
        try self.bytes().text
    }

    func duration() throws(RecordCodingError) -> Duration {
        .milliseconds(try self.signed())
    }

    func time() throws(RecordCodingError) -> Timestamp {
        Timestamp(milliseconds: try self.signed())
    }

    func amount() throws(RecordCodingError) -> Amount {
        Amount(units: try self.signed())
    }

    func phoneNumber() throws(RecordCodingError) -> PhoneNumber {
        guard let number = PhoneNumber(value: try self.varint()) else { throw self.refused }
        return number
    }

    func digits() throws(RecordCodingError) -> DTMFDigits {
        guard let digits = DTMFDigits(try self.text()) else { throw self.refused }
        return digits
    }

    /// Reads an enumeration; a raw value that is no case of it is refused.
    func value<Value: RawRepresentable>(
        _: Value.Type = Value.self
    ) throws(RecordCodingError) -> Value where Value.RawValue: BinaryInteger {
        guard let raw = Value.RawValue(exactly: try self.varint()), let value = Value(rawValue: raw)
        else { throw self.refused }
        return value
    }

    func message<Message: StoredMessage>(
        _: Message.Type = Message.self
    ) throws(RecordCodingError) -> Message {
        try Message(from: self.bytes())
    }

    private var refused: RecordCodingError {
        RecordCodingError("The stored field \(self.number) has a value that is not known.")
    }

    private func signed() throws(RecordCodingError) -> Int64 {
        let raw = try self.varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    private func varint() throws(RecordCodingError) -> UInt64 {
        guard case .varint(let number) = self.value else { throw self.refused }
        return number
    }

    private func bytes() throws(RecordCodingError) -> FieldReader {
        guard case .bytes(let bytes) = self.value else { throw self.refused }
        return bytes
    }
}
