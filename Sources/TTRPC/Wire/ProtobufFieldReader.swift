/// Reads the fields of one protobuf message from bytes that outlive it.
///
/// Knows what the envelopes need (protobuf's "Encoding" guide): varints, length-delimited fields,
/// and how to step over everything else, groups included.
struct ProtobufFieldReader {
    /// How a field is encoded.
    enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case groupStart = 3
        case groupEnd = 4
        case fixed32 = 5
    }

    /// Deepest nesting of groups that is stepped over.
    private static let groupDepthMax = 64

    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        self.offset = range.lowerBound
        self.end = range.upperBound
    }

    /// The next field's number and type, or nothing at the end.
    mutating func nextField() throws(EnvelopeError) -> (number: UInt64, type: WireType)? {
        guard self.offset < self.end else { return nil }
        let tag = try self.varint()
        // Field numbers are below 2^29 (protobuf, "Assigning Field Numbers").
        guard tag <= UInt64(UInt32.max), tag >> 3 != 0, let type = WireType(rawValue: tag & 7)
        else { throw .malformed }
        return (tag >> 3, type)
    }

    mutating func varint() throws(EnvelopeError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while self.offset < self.end {
            let byte = self.bytes[self.offset]
            self.offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
            guard shift < 70 else { throw .malformed }
        }
        throw .truncated
    }

    /// The range of a length-delimited field's content; moves behind it.
    mutating func lengthDelimited() throws(EnvelopeError) -> Range<Int> {
        let length = try self.varint()
        guard length <= UInt64(self.end - self.offset) else { throw .truncated }
        let range = self.offset..<self.offset + Int(length)
        self.offset = range.upperBound
        return range
    }

    /// Moves behind the content of a field that nobody knows.
    mutating func skip(_ number: UInt64, _ type: WireType) throws(EnvelopeError) {
        try self.skip(number, type, depth: 0)
    }

    private mutating func skip(
        _ number: UInt64,
        _ type: WireType,
        depth: Int
    ) throws(EnvelopeError) {
        switch type {
        case .varint:
            _ = try self.varint()
        case .fixed64:
            try self.advance(by: 8)
        case .bytes:
            _ = try self.lengthDelimited()
        case .groupStart:
            guard depth < Self.groupDepthMax else { throw .malformed }
            while let inner = try self.nextField() {
                if inner.type == .groupEnd {
                    guard inner.number == number else { throw .malformed }
                    return
                }
                try self.skip(inner.number, inner.type, depth: depth + 1)
            }
            throw .truncated
        case .groupEnd:
            throw .malformed
        case .fixed32:
            try self.advance(by: 4)
        }
    }

    private mutating func advance(by count: Int) throws(EnvelopeError) {
        guard count <= self.end - self.offset else { throw .truncated }
        self.offset += count
    }

    func string(in range: Range<Int>) throws(EnvelopeError) -> String {
        guard let string = String(validating: self.bytes[range], as: UTF8.self) else {
            throw .notUTF8
        }
        return string
    }
}
