/// Sound of one channel in 16-bit samples, and its form as a WAV file (RIFF, `WAVE_FORMAT_PCM`).
struct WaveAudio: Equatable, Sendable {
    /// Why bytes are no such sound.
    struct Fault: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// Samples a second.
    let rate: Int
    var samples: [Int16] = []

    private static let bytesPerSample = 2
    /// Sample rates that are believed.
    private static let rates = 8000...192_000

    init(rate: Int, samples: [Int16] = []) {
        self.rate = rate
        self.samples = samples
    }

    /// How long it is, in seconds.
    var seconds: Double { Double(self.samples.count) / Double(self.rate) }

    mutating func append(silence: Duration) {
        self.samples += Array(repeating: 0, count: self.count(of: silence))
    }

    /// How many samples last so long.
    func count(of duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        return milliseconds * self.rate / 1000
    }

    // MARK: WAV

    /// Reads a WAV file.
    ///
    /// Its `data` goes on to the end of the bytes where it states more than there is: who writes
    /// to a pipe does not know the length beforehand.
    init(wav bytes: [UInt8]) throws(Fault) {
        guard bytes.count >= 12, bytes.starts(with: "RIFF".utf8),
            bytes[8..<12].elementsEqual("WAVE".utf8)
        else { throw Fault(description: "no WAV file") }
        var rest = bytes[12...]
        var rate: Int?
        while rest.count >= 8 {
            let name = rest.prefix(4)
            let length = Int(Self.number(rest.dropFirst(4).prefix(4)))
            let body = rest.dropFirst(8).prefix(length)
            if name.elementsEqual("fmt ".utf8) {
                rate = try Self.rate(of: body)
            } else if name.elementsEqual("data".utf8) {
                guard let rate else { break }
                self.init(rate: rate, samples: Self.samples(in: body))
                return
            }
            // Chunks begin at even places.
            rest = rest.dropFirst(8 + length + length % 2)
        }
        throw Fault(description: "a WAV file without sound")
    }

    /// A WAV file.
    var wav: [UInt8] {
        let length = self.samples.count * Self.bytesPerSample
        var bytes = Array("RIFF".utf8) + Self.bytes(UInt32(36 + length)) + Array("WAVE".utf8)
        bytes += Array("fmt ".utf8) + Self.bytes(UInt32(16))
        // PCM, one channel.
        bytes += Self.bytes(UInt16(1)) + Self.bytes(UInt16(1))
        bytes += Self.bytes(UInt32(self.rate))
        bytes += Self.bytes(UInt32(self.rate * Self.bytesPerSample))
        bytes += Self.bytes(UInt16(Self.bytesPerSample)) + Self.bytes(UInt16(16))
        bytes += Array("data".utf8) + Self.bytes(UInt32(length))
        bytes.reserveCapacity(bytes.count + length)
        for sample in self.samples {
            let bits = UInt16(bitPattern: sample)
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
        return bytes
    }

    private static func rate(of format: ArraySlice<UInt8>) throws(Fault) -> Int {
        func field(_ start: Int, _ length: Int) -> Int {
            Int(self.number(format.dropFirst(start).prefix(length)))
        }
        guard format.count >= 16, field(0, 2) == 1, field(2, 2) == 1, field(14, 2) == 16,
            Self.rates.contains(field(4, 4))
        else { throw Fault(description: "not 16-bit sound of one channel") }
        return field(4, 4)
    }

    private static func samples(in bytes: ArraySlice<UInt8>) -> [Int16] {
        var samples: [Int16] = []
        samples.reserveCapacity(bytes.count / self.bytesPerSample)
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            samples.append(
                Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
            )
            index += self.bytesPerSample
        }
        return samples
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
