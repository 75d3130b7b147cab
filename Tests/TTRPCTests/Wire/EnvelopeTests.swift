import Foundation
import NIOCore
import SwiftProtobuf
import TTRPC
import Testing

@Suite("RequestEnvelope and ResponseEnvelope")
struct EnvelopeTests {
    private func data(_ frame: GoldenFrame) throws -> ByteBuffer {
        ByteBuffer(bytes: try frame.bytes().dropFirst(FrameHeader.byteCount))
    }

    @Test("A golden request reads as it says")
    func goldenRequest() throws {
        let envelope = try RequestEnvelope(decoding: self.data(.requestMetadata))
        #expect(try envelope.service() == "promptcall.v1.Calls")
        #expect(try envelope.method() == "Get")
        #expect(Array(envelope.payload.readableBytesView) == Array("\n\u{8}6a2827c9".utf8))
        #expect(envelope.timeoutNanoseconds == 1_500_000_000)
        #expect(envelope.metadata["TRACEPARENT"] == "00-1")
        let past = try RequestEnvelope(decoding: self.data(.requestPastDeadline))
        #expect(past.timeoutNanoseconds == -1)
    }

    @Test("A golden response reads as it says")
    func goldenResponse() throws {
        let success = try ResponseEnvelope(decoding: self.data(.responseSuccess))
        #expect(success == .success(ByteBuffer(bytes: [0x0A, 1, 0x78])))
        let failure = try ResponseEnvelope(decoding: self.data(.responseFailure))
        #expect(failure == .failure(RPCError(.notFound, "no such call")))
    }

    @Test("Requests read by hand are those that the generated code wrote, and the other way round")
    func differential() throws {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            var request = Ttrpc_Request()
            request.service = Self.text(&random)
            request.method = Self.text(&random)
            request.payload = Data(Self.text(&random).utf8)
            request.timeoutNano =
                Bool.random(using: &random) ? 0 : .random(in: .min ... .max, using: &random)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                request.metadata.append(
                    .with {
                        $0.key = Self.text(&random)
                        $0.value = Self.text(&random)
                    }
                )
            }
            let bytes: [UInt8] = try request.serializedBytes()
            let envelope = try RequestEnvelope(decoding: ByteBuffer(bytes: bytes))
            #expect(try envelope.service() == request.service)
            #expect(try envelope.method() == request.method)
            #expect(Data(envelope.payload.readableBytesView) == request.payload)
            #expect(envelope.timeoutNanoseconds == request.timeoutNano)
            #expect(envelope.metadata.count == request.metadata.count)
            for pair in request.metadata {
                #expect(envelope.metadata.values(for: pair.key).contains(pair.value))
            }
        }
    }

    @Test("Damaged requests are judged as the generated code judges them")
    func damaged() throws {
        var random = SplitMix64(seed: 2)
        let whole = Array(try self.data(.requestMetadata).readableBytesView)
        for _ in 0..<5_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(
                    in: 0...255,
                    using: &random
                )
            }
            bytes.removeLast(Int.random(in: 0...bytes.count / 4, using: &random))
            let generated = try? Ttrpc_Request(serializedBytes: bytes)
            let envelope = try? RequestEnvelope(decoding: ByteBuffer(bytes: bytes))
            let names = try? (envelope?.service(), envelope?.method())
            if let generated {
                #expect(names?.0 == generated.service)
                #expect(names?.1 == generated.method)
                #expect(envelope.map { Data($0.payload.readableBytesView) } == generated.payload)
                #expect(envelope?.timeoutNanoseconds == generated.timeoutNano)
            } else {
                #expect(envelope == nil || names == nil)
            }
        }
    }

    private static func text(_ random: inout SplitMix64) -> String {
        String(
            (0..<Int.random(in: 0...200, using: &random)).map { _ in "aZé/."[random.next() % 5] }
        )
    }
}

extension String {
    fileprivate subscript(_ offset: UInt64) -> Character {
        self[self.index(self.startIndex, offsetBy: Int(offset))]
    }
}
