import Glibc

/// The tones of a phone's keys (ITU-T Q.23).
enum DTMFTone {
    /// How long a key sounds, and how long the pause behind it is.
    static let length: Duration = .milliseconds(120)
    static let pause: Duration = .milliseconds(80)

    /// Where the keys are, a row of the low frequency each.
    private static let keys: [[Character]] = [
        ["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["*", "0", "#"],
    ]
    /// In hertz.
    private static let low = [697.0, 770.0, 852.0, 941.0]
    private static let high = [1209.0, 1336.0, 1477.0]
    /// Of each of the two, of full scale.
    private static let amplitude = 0.35
    /// In and out, so that it does not crack.
    private static let ramp: Duration = .milliseconds(5)

    /// The two frequencies of a key, in hertz; nil where it is none.
    static func frequencies(of key: Character) -> (low: Double, high: Double)? {
        for (row, keys) in self.keys.enumerated() {
            if let column = keys.firstIndex(of: key) {
                return (self.low[row], self.high[column])
            }
        }
        return nil
    }

    /// Adds the tones of keys to a sound; what is no key is silent.
    static func append(_ keys: String, to audio: inout WaveAudio) {
        for key in keys {
            if let frequencies = self.frequencies(of: key) {
                audio.samples += self.tone(frequencies, audio)
            }
            audio.append(silence: self.pause)
        }
    }

    private static func tone(
        _ frequencies: (low: Double, high: Double),
        _ audio: WaveAudio
    ) -> [Int16] {
        let count = audio.count(of: self.length)
        let ramp = Double(audio.count(of: self.ramp))
        return (0..<count).map { index in
            let angle = 2 * Double.pi * Double(index) / Double(audio.rate)
            let sum = sin(angle * frequencies.low) + sin(angle * frequencies.high)
            let edge = Double(min(index, count - 1 - index))
            let gain = self.amplitude * min(1, edge / ramp)
            return Int16((sum * gain * Double(Int16.max)).rounded())
        }
    }
}
