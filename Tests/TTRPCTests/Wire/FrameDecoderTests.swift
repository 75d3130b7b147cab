import NIOCore
import TTRPC
import Testing

@Suite("FrameDecoder")
struct FrameDecoderTests {
    private func events(_ chunks: [[UInt8]]) throws -> [FrameDecoder.Event] {
        var decoder = FrameDecoder()
        var events: [FrameDecoder.Event] = []
        for chunk in chunks {
            decoder.append(ByteBuffer(bytes: chunk))
            while let event = try decoder.next() { events.append(event) }
        }
        return events
    }

    @Test("Every golden frame is known to the tests")
    func complete() throws {
        #expect(try GoldenFrame.fileNames() == Set(GoldenFrame.allCases.map(\.rawValue)))
    }

    @Test("All golden frames joined decode as they do one by one and byte by byte")
    func golden() throws {
        let frames = try GoldenFrame.allCases.map { try $0.bytes() }
        let whole = try self.events(frames)
        #expect(whole.count == frames.count)
        #expect(try self.events([frames.flatMap { $0 }]) == whole)
        #expect(try self.events(frames.flatMap { $0 }.map { [$0] }) == whole)
        for (event, bytes) in zip(whole, frames) {
            guard case .frame(let type, let id, let flags, let data) = event else {
                Issue.record("not a frame")
                continue
            }
            var again = ByteBuffer()
            FrameHeader(type, streamID: id, flags: flags, dataBytes: data.readableBytes)
                .write(to: &again)
            again.writeImmutableBuffer(data)
            #expect(Array(again.readableBytesView) == bytes)
        }
    }

    @Test("Frames cut anywhere decode the same")
    func anyCut() throws {
        let bytes = try GoldenFrame.allCases.flatMap { try $0.bytes() }
        let whole = try self.events([bytes])
        for cut in bytes.indices {
            #expect(try self.events([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
        }
    }

    @Test("Data that is too long, or of an unknown type, is not kept")
    func skipped() throws {
        let length = UInt32(FrameHeader.dataBytesMax + 1)
        for type in [1, 9] as [UInt8] {
            var decoder = FrameDecoder()
            var header = ByteBuffer()
            FrameHeader(dataBytes: length, streamID: 5, type: type, flags: [])
                .write(to: &header)
            decoder.append(header)
            #expect(try decoder.next() == (type == 1 ? .oversize(.request, streamID: 5) : nil))
            for _ in 0..<64 {
                decoder.append(ByteBuffer(repeating: 0, count: 1 << 16))
                #expect(try decoder.next() == nil)
                #expect(decoder.bufferedBytes == 0)
            }
            decoder.append(ByteBuffer(bytes: [0] + (try GoldenFrame.dataHalfClose.bytes())))
            let next = try decoder.next()
            #expect(
                next
                    == .frame(
                        .data,
                        streamID: 7,
                        flags: [.remoteClosed, .noData],
                        data: ByteBuffer()
                    )
            )
        }
    }

    @Test("The longest frame is taken")
    func longest() throws {
        var bytes = ByteBuffer()
        FrameHeader(.data, streamID: 1, dataBytes: FrameHeader.dataBytesMax).write(to: &bytes)
        bytes.writeRepeatingByte(1, count: FrameHeader.dataBytesMax)
        var decoder = FrameDecoder()
        decoder.append(bytes)
        guard case .frame(.data, 1, [], let data) = try decoder.next() else {
            Issue.record("no frame")
            return
        }
        #expect(data.readableBytes == FrameHeader.dataBytesMax)
    }

    @Test("16 MiB is not ttrpc, now and ever after")
    func notTTRPC() throws {
        var decoder = FrameDecoder()
        decoder.append(ByteBuffer(bytes: [1, 0, 0, 0, 0, 0, 0, 1, 1, 0]))
        for _ in 0..<2 {
            #expect(throws: FrameError.notTTRPC(dataBytes: 16 << 20)) { try decoder.next() }
        }
    }
}
