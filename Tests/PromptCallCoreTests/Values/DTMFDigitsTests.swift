import PromptCallCore
import Testing

@Suite("DTMFDigits")
struct DTMFDigitsTests {
    @Test("All twelve keys are keys")
    func keys() throws {
        let digits = try #require(DTMFDigits("0123456789*#"))
        #expect(digits.count == 12)
        #expect(digits.containsHash)
        #expect(!digits.isEmpty)
        #expect(!Samples.right.containsHash)
    }

    @Test("Nothing else is", arguments: ["a", " ", "12 34", "+1", "１", "A", "1\n", "/", ":"])
    func refused(text: String) {
        #expect(DTMFDigits(text) == nil)
    }

    @Test("Nothing keyed is an entry too")
    func empty() {
        #expect(Samples.none.isEmpty)
        #expect(Samples.none.count == 0)
        #expect(Samples.none.withoutFinalHash == Samples.none)
    }

    @Test(
        "One # at the end goes, and no other",
        arguments: [("12#", "12"), ("12##", "12#"), ("#12", "#12"), ("#", ""), ("12", "12")]
    )
    func finalHash(keys: String, without: String) {
        #expect(Samples.digits(keys).withoutFinalHash.keys == without)
    }

    @Test(
        "Comparing in constant time compares",
        arguments: [
            ("1234", "1234", true), ("1234", "1235", false), ("1234", "0234", false),
            ("1234", "123", false), ("", "", true), ("", "1", false),
        ]
    )
    func equals(left: String, right: String, isEqual: Bool) {
        #expect(Samples.digits(left).equalsInConstantTime(Samples.digits(right)) == isEqual)
    }

    @Test("Of all entries of four digits, one equals a PIN")
    func equalsOnly() {
        for pin in ["1234", "0000", "9999", "5050"] {
            let right = (0...9999).count { number in
                let entry = String(String(number + 10_000).dropFirst())
                return Samples.digits(entry).equalsInConstantTime(Samples.digits(pin))
            }
            #expect(right == 1)
        }
    }

    @Test("It prints how many, not which")
    func redacted() {
        for text in ["\(Samples.right)", String(reflecting: Samples.right)] {
            #expect(text == "<4 digits>")
        }
    }
}
