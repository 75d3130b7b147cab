import Glibc
import Testing

@testable import PromptCallCommand

@Suite("DTMFTone")
struct DTMFToneTests {
    private static let frequencies: [Double] = [697, 770, 852, 941, 1209, 1336, 1477]

    /// How much of a frequency is in samples (Goertzel), of full scale.
    private func level(_ frequency: Double, in samples: ArraySlice<Int16>, rate: Int) -> Double {
        let coefficient = 2 * cos(2 * Double.pi * frequency / Double(rate))
        var (last, before) = (0.0, 0.0)
        for sample in samples {
            (last, before) = (Double(sample) / 32768 + coefficient * last - before, last)
        }
        let power = last * last + before * before - coefficient * last * before
        return power.squareRoot() * 2 / Double(samples.count)
    }

    @Test("Each key has its two frequencies and no other", arguments: [8000, 22050])
    func keys(rate: Int) {
        let table: [(Character, [Double])] = [
            ("1", [697, 1209]), ("2", [697, 1336]), ("3", [697, 1477]), ("4", [770, 1209]),
            ("5", [770, 1336]), ("6", [770, 1477]), ("7", [852, 1209]), ("8", [852, 1336]),
            ("9", [852, 1477]), ("*", [941, 1209]), ("0", [941, 1336]), ("#", [941, 1477]),
        ]
        for (key, expected) in table {
            var audio = WaveAudio(rate: rate)
            DTMFTone.append(String(key), to: &audio)
            #expect(audio.samples.count == audio.count(of: .milliseconds(200)))
            let tone = audio.samples.prefix(audio.count(of: DTMFTone.length))
            let heard = Self.frequencies.filter { level($0, in: tone, rate: rate) > 0.2 }
            #expect(heard == expected, "\(key)")
            #expect(tone.allSatisfy { abs(Int($0)) < 32000 })
            #expect(audio.samples.dropFirst(tone.count).allSatisfy { $0 == 0 })
        }
    }

    @Test("What is no key has no tone")
    func none() {
        for key in ["A", "٣", " "] as [Character] {
            #expect(DTMFTone.frequencies(of: key) == nil)
        }
    }
}
