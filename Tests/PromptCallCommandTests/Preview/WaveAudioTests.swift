import Testing

@testable import PromptCallCommand

@Suite("WaveAudio")
struct WaveAudioTests {
    private static let audio = WaveAudio(rate: 8000, samples: [0, 1, -1, .max, .min])

    @Test("What is written is read again, and is the file that the format asks for")
    func roundTrip() throws {
        let bytes = Self.audio.wav
        #expect(try WaveAudio(wav: bytes) == Self.audio)
        #expect(bytes.count == 44 + 10)
        let head: [UInt8] =
            Array("RIFF".utf8) + [46, 0, 0, 0] + Array("WAVEfmt ".utf8)
            + [16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0]
            + Array("data".utf8) + [10, 0, 0, 0]
        #expect(Array(bytes.prefix(44)) == head)
    }

    @Test("Data that states a length nobody knew goes on to the end")
    func streamed() throws {
        var bytes = Self.audio.wav
        bytes.replaceSubrange(40..<44, with: [0x00, 0xF0, 0xFF, 0x7F])
        #expect(try WaveAudio(wav: bytes) == Self.audio)
        #expect(try WaveAudio(wav: bytes.dropLast()).samples == Self.audio.samples.dropLast())
    }

    @Test("Other chunks are passed over")
    func chunks() throws {
        var bytes = Self.audio.wav
        bytes.insert(contentsOf: Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0], at: 12)
        #expect(try WaveAudio(wav: bytes) == Self.audio)
    }

    @Test("Anything else is refused")
    func refused() {
        let good = Self.audio.wav
        var cases: [[UInt8]] = [
            [], Array("RIFF".utf8), Array(good.prefix(36)), Array(good.dropFirst()),
        ]
        for (index, value) in [(20, 3), (22, 2), (34, 8), (24, 1), (8, 0x20)] {
            var bytes = good
            bytes[index] = UInt8(value)
            if index == 24 { bytes[25] = 0 }
            cases.append(bytes)
        }
        for bytes in cases {
            #expect(throws: WaveAudio.Fault.self) { try WaveAudio(wav: bytes) }
        }
    }

    @Test("Silence lasts as long as asked", arguments: [(8000, 4000), (22050, 11025)])
    func silence(rate: Int, count: Int) {
        var audio = WaveAudio(rate: rate)
        audio.append(silence: .milliseconds(500))
        #expect(audio.samples == Array(repeating: 0, count: count))
        #expect(audio.seconds == 0.5)
    }
}
