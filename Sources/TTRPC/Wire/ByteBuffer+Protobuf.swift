import NIOCore

extension ByteBuffer {
    /// Appends a protobuf varint.
    mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a length-delimited field, whose number is below 16.
    mutating func writeField(_ number: UInt8, _ bytes: some Collection<UInt8>) {
        self.writeInteger(number << 3 | 2)
        self.writeVarint(UInt64(bytes.count))
        self.writeBytes(bytes)
    }

    /// How many bytes a varint takes.
    static func varintBytes(_ value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// How many bytes a length-delimited field with content takes, whose number is below 16.
    static func fieldBytes(_ count: Int) -> Int {
        1 + Self.varintBytes(UInt64(count)) + count
    }
}
