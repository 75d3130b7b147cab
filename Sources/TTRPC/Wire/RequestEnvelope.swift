package import NIOCore

/// A `ttrpc.Request`, read by hand from a frame's data.
///
/// The names stay bytes, so that finding a method makes no string.
package struct RequestEnvelope: Sendable {
    private let data: ByteBuffer
    private let serviceRange: Range<Int>
    private let methodRange: Range<Int>
    private let payloadRange: Range<Int>

    /// What is left of the caller's deadline, in nanoseconds: 0 none, negative already past.
    package let timeoutNanoseconds: Int64
    package let metadata: TTRPCMetadata

    /// Reads an envelope.
    ///
    /// - Parameter data: A request frame's data.
    /// - Throws: ``EnvelopeError`` when it does not parse. Whether the names are UTF-8 is left to
    ///   ``service()`` and ``method()``.
    package init(decoding data: ByteBuffer) throws(EnvelopeError) {
        var service = 0..<0
        var method = 0..<0
        var payload = 0..<0
        var timeout: Int64 = 0
        var metadata = TTRPCMetadata()
        let result = data.withUnsafeReadableBytes { bytes -> Result<Void, EnvelopeError> in
            Result { () throws(EnvelopeError) in
                var reader = ProtobufFieldReader(bytes, in: 0..<bytes.count)
                while let field = try reader.nextField() {
                    switch (field.number, field.type) {
                    case (1, .bytes): service = try reader.lengthDelimited()
                    case (2, .bytes): method = try reader.lengthDelimited()
                    case (3, .bytes): payload = try reader.lengthDelimited()
                    case (4, .varint): timeout = Int64(bitPattern: try reader.varint())
                    case (5, .bytes):
                        let entry = try reader.lengthDelimited()
                        guard metadata.count < TTRPCMetadata.entriesMax else {
                            throw .tooMuchMetadata
                        }
                        let (key, value) = try Self.keyValue(bytes, in: entry)
                        metadata.append(key, value)
                    case (_, let type): try reader.skip(field.number, type)
                    }
                }
            }
        }
        try result.get()
        self.data = data
        self.serviceRange = service
        self.methodRange = method
        self.payloadRange = payload
        self.timeoutNanoseconds = timeout
        self.metadata = metadata
    }

    /// The caller's message.
    package var payload: ByteBuffer {
        self.slice(self.payloadRange)
    }

    /// The service's full name.
    ///
    /// - Throws: ``EnvelopeError/notUTF8``.
    package func service() throws(EnvelopeError) -> String {
        try self.string(self.serviceRange)
    }

    /// The method's bare name.
    ///
    /// - Throws: ``EnvelopeError/notUTF8``.
    package func method() throws(EnvelopeError) -> String {
        try self.string(self.methodRange)
    }

    /// Calls a closure with the bytes of both names.
    func withNames<R>(
        _ body: (_ service: UnsafeRawBufferPointer, _ method: UnsafeRawBufferPointer) -> R
    ) -> R {
        self.data.withUnsafeReadableBytes { bytes in
            body(
                UnsafeRawBufferPointer(rebasing: bytes[self.serviceRange]),
                UnsafeRawBufferPointer(rebasing: bytes[self.methodRange])
            )
        }
    }

    private func slice(_ range: Range<Int>) -> ByteBuffer {
        self.data.getSlice(at: self.data.readerIndex + range.lowerBound, length: range.count)
            ?? ByteBuffer()
    }

    private func string(_ range: Range<Int>) throws(EnvelopeError) -> String {
        let view = self.slice(range).readableBytesView
        guard let string = String(validating: view, as: UTF8.self) else { throw .notUTF8 }
        return string
    }

    private static func keyValue(
        _ bytes: UnsafeRawBufferPointer,
        in range: Range<Int>
    ) throws(EnvelopeError) -> (String, String) {
        var reader = ProtobufFieldReader(bytes, in: range)
        var key = ""
        var value = ""
        while let field = try reader.nextField() {
            switch (field.number, field.type) {
            case (1, .bytes): key = try reader.string(in: try reader.lengthDelimited())
            case (2, .bytes): value = try reader.string(in: try reader.lengthDelimited())
            case (_, let type): try reader.skip(field.number, type)
            }
        }
        return (key, value)
    }
}

extension RequestEnvelope {
    /// How many bytes ``encode(method:payload:timeoutNanoseconds:metadata:to:)`` will write.
    static func encodedBytes(
        method: TTRPCMethod,
        payload: [UInt8],
        timeoutNanoseconds: Int64,
        metadata: TTRPCMetadata
    ) -> Int {
        var count = method.envelopeNames.count
        if !payload.isEmpty { count += ByteBuffer.fieldBytes(payload.count) }
        if timeoutNanoseconds != 0 {
            count += 1 + ByteBuffer.varintBytes(UInt64(bitPattern: timeoutNanoseconds))
        }
        for entry in metadata.entries {
            count += ByteBuffer.fieldBytes(Self.keyValueBytes(entry.key, entry.value))
        }
        return count
    }

    /// Appends an envelope's bytes, whose length must be known before.
    static func encode(
        method: TTRPCMethod,
        payload: [UInt8],
        timeoutNanoseconds: Int64,
        metadata: TTRPCMetadata,
        to buffer: inout ByteBuffer
    ) {
        buffer.writeBytes(method.envelopeNames)
        if !payload.isEmpty { buffer.writeField(3, payload) }
        if timeoutNanoseconds != 0 {
            buffer.writeInteger(4 << 3 as UInt8)
            buffer.writeVarint(UInt64(bitPattern: timeoutNanoseconds))
        }
        for entry in metadata.entries {
            buffer.writeInteger(5 << 3 | 2 as UInt8)
            buffer.writeVarint(UInt64(Self.keyValueBytes(entry.key, entry.value)))
            buffer.writeField(1, entry.key.utf8)
            buffer.writeField(2, entry.value.utf8)
        }
    }

    private static func keyValueBytes(_ key: String, _ value: String) -> Int {
        ByteBuffer.fieldBytes(key.utf8.count) + ByteBuffer.fieldBytes(value.utf8.count)
    }
}
