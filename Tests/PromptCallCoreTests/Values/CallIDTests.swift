import PromptCallCore
import Testing

@Suite("CallID")
struct CallIDTests {
    private let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

    @Test("The example of RFC 9562 is made from its parts")
    func version7() {
        let id = CallID(
            time: Timestamp(milliseconds: 0x017F_22E2_79B0),
            random: (0xCC3, 0x18C4_DC0C_0C07_398F)
        )
        #expect(id.description == self.text)
    }

    @Test("Random bits reach neither version, variant nor time")
    func randomBits() {
        let all = CallID(time: Timestamp(milliseconds: 0), random: (.max, .max))
        #expect(all.description == "00000000-0000-7fff-bfff-ffffffffffff")
        let early = CallID(time: Timestamp(milliseconds: -1), random: (0, 0))
        #expect(early.description == "00000000-0000-7000-8000-000000000000")
    }

    @Test("Text and bytes are read back")
    func roundTrip() throws {
        let id = try #require(CallID(self.text))
        #expect(CallID(self.text.uppercased()) == id)
        #expect(id.bytes.count == 16)
        #expect(CallID(bytes: id.bytes) == id)
        #expect(id.bytes.first == 0x01)
        #expect(id.bytes.last == 0x8F)
    }

    @Test(
        "What is no UUID is refused",
        arguments: [
            "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e279b07cc398c4dc0c0c07398f0000",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4-dc0c0c07398é",
            "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
        ]
    )
    func refused(text: String) {
        #expect(CallID(text) == nil)
    }

    @Test("Only 16 bytes are read", arguments: [0, 15, 17])
    func bytes(count: Int) {
        #expect(CallID(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("Later identifiers sort behind earlier ones")
    func order() {
        let first = CallID(time: Samples.start, random: (.max, .max))
        let second = CallID(time: Samples.start + .milliseconds(1), random: (0, 0))
        #expect(first < second)
        #expect(!(second < first))
        #expect(CallID(high: 1, low: 1) < CallID(high: 1, low: 2))
    }
}
