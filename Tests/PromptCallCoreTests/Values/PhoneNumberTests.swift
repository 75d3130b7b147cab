import PromptCallCore
import Testing

@Suite("PhoneNumber")
struct PhoneNumberTests {
    @Test("7 to 15 digits are read, with or without +", arguments: ["1234567", "123456789012345"])
    func read(digits: String) throws {
        let number = try #require(PhoneNumber(digits))
        #expect(number.digits == digits)
        #expect(PhoneNumber("+" + digits) == number)
        #expect(PhoneNumber(value: number.value) == number)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "+", "123456", "1234567890123456", "0123456789", "++1234567", "1234567 ",
            "12345a7", "+0123456", "１２３４５６７", "-1234567",
        ]
    )
    func refused(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test("A stored value that is no number is refused", arguments: [0, 999_999, UInt64.max])
    func storedValue(value: UInt64) {
        #expect(PhoneNumber(value: value) == nil)
    }

    @Test("It prints two digits at most")
    func redacted() {
        let number = Samples.number("14155550100")
        for text in ["\(number)", String(reflecting: number)] {
            #expect(text == "<number ending in 00>")
        }
    }
}
