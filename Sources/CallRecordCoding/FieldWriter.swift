internal import PromptCallCore

/// Writes a message as numbered fields, in the wire form of Protocol Buffers.
///
/// A field is a varint of its number and kind (`number << 3 | kind`), then its value: a varint, or
/// a length and so many bytes. Plain numbers, flags and texts are left out where they are zero,
/// false and empty.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    /// What most values need no more than, in bytes.
    private static let usualCapacity = 192

    init() {
        self.bytes.reserveCapacity(Self.usualCapacity)
    }

    /// What a varint or a run of bytes is called in a field's first varint.
    enum Kind: UInt64 {
        case varint = 0
        case bytes = 2
    }

    /// Writes a number that is never negative.
    mutating func write(_ number: Int, to field: Int) {
        guard number != 0 else { return }
        self.writePresent(UInt64(bitPattern: Int64(number)), to: field)
    }

    mutating func write(_ flag: Bool, to field: Int) {
        guard flag else { return }
        self.writePresent(1, to: field)
    }

    mutating func write(_ text: String, to field: Int) {
        guard !text.isEmpty else { return }
        self.writePresent(text, to: field)
    }

    mutating func write(_ duration: Duration, to field: Int) {
        guard duration != .zero else { return }
        self.writePresent(Self.zigzag(duration.wholeMilliseconds), to: field)
    }

    mutating func write(_ number: PhoneNumber, to field: Int) {
        self.writePresent(number.value, to: field)
    }

    mutating func write(_ time: Timestamp, to field: Int) {
        self.writePresent(Self.zigzag(time.milliseconds), to: field)
    }

    mutating func write<Value: RawRepresentable>(_ value: Value, to field: Int)
    where Value.RawValue: BinaryInteger {
        self.writePresent(UInt64(value.rawValue), to: field)
    }

    mutating func write(ifPresent text: String?, to field: Int) {
        guard let text else { return }
        self.writePresent(text, to: field)
    }

    mutating func write(ifPresent time: Timestamp?, to field: Int) {
        guard let time else { return }
        self.write(time, to: field)
    }

    mutating func write(ifPresent duration: Duration?, to field: Int) {
        guard let duration else { return }
        self.writePresent(Self.zigzag(duration.wholeMilliseconds), to: field)
    }

    mutating func write(ifPresent amount: Amount?, to field: Int) {
        guard let amount else { return }
        self.writePresent(Self.zigzag(amount.units), to: field)
    }

    mutating func write<Value: RawRepresentable>(ifPresent value: Value?, to field: Int)
    where Value.RawValue: BinaryInteger {
        guard let value else { return }
        self.write(value, to: field)
    }

    mutating func write(ifPresent message: (some StoredMessage)?, to field: Int) {
        guard let message else { return }
        self.write(message, to: field)
    }

    /// Writes a message inside this one.
    mutating func write(_ message: some StoredMessage, to field: Int) {
        self.append(field, .bytes)
        // Most are shorter than 128 bytes, so that one byte holds the length.
        let start = self.bytes.count
        self.bytes.append(0)
        message.write(to: &self)
        let length = self.bytes.count - start - 1
        if length <= 0x7F {
            self.bytes[start] = UInt8(length)
        } else {
            self.bytes.replaceSubrange(start...start, with: Self.varint(UInt64(length)))
        }
    }

    mutating func write(each messages: [some StoredMessage], to field: Int) {
        for message in messages {
            self.write(message, to: field)
        }
    }

    /// Writes a text even where it is empty.
    mutating func writePresent(_ text: String, to field: Int) {
        self.append(field, .bytes)
        self.append(UInt64(text.utf8.count))
        self.bytes.append(contentsOf: text.utf8)
    }

    /// Writes a number even where it is zero.
    mutating func writePresent(_ number: UInt64, to field: Int) {
        self.append(field, .varint)
        self.append(number)
    }

    /// Writes the version with which a stored value begins.
    mutating func begin(version: UInt8) {
        self.bytes.append(version)
    }

    private mutating func append(_ field: Int, _ kind: Kind) {
        self.append(UInt64(field) << 3 | kind.rawValue)
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(rest))
    }

    private static func varint(_ number: UInt64) -> [UInt8] {
        var writer = FieldWriter()
        writer.append(number)
        return writer.bytes
    }

    /// Maps numbers of a small magnitude to small ones, whatever their sign.
    private static func zigzag(_ number: Int64) -> UInt64 {
        UInt64(bitPattern: number << 1 ^ number >> 63)
    }
}
