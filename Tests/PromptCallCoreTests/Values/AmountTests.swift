import PromptCallCore
import Testing

@Suite("Amount")
struct AmountTests {
    @Test(
        "Decimals are read exactly",
        arguments: [
            ("0.01270000", 1_270_000), ("0", 0), ("1", 100_000_000), ("0.1", 10_000_000),
            ("0.00656167", 656_167), ("0.123456789", 12_345_678), ("00.5", 50_000_000),
            ("1000000", 100_000_000_000_000),
        ] as [(String, Int64)]
    )
    func read(text: String, units: Int64) {
        #expect(Amount(text)?.units == units)
    }

    @Test(
        "What is no decimal is refused",
        arguments: [
            "", ".", "1.", ".5", "-1", "+1", "1,5", "1.2.3", "1e3", "0x1", " 1", "1.-5",
            "0.1234567x", "0.123456789x", "1000001", "99999999999999999999", "１",
        ]
    )
    func refused(text: String) {
        #expect(Amount(text) == nil)
    }

    @Test("More than a million EUR is refused, to the last decimal")
    func million() {
        #expect(Amount("1000000.00000000")?.units == 100_000_000_000_000)
        #expect(Amount("1000000.00000001") == nil)
    }

    @Test("It prints all eight decimals", arguments: ["0.00656167", "12.00000000", "0.00000001"])
    func printed(text: String) {
        #expect(Amount(text)?.description == text)
    }

    @Test("Amounts add up")
    func sum() {
        #expect(Amount(units: 1) + Amount(units: 2) == Amount(units: 3))
    }
}
