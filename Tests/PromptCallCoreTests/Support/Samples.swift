import PromptCallCore

/// What the tests' calls are made of.
enum Samples {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let id = CallID(time: Self.start, random: (1, 2))
    static let uuid = "leg-uuid"
    static let right = Self.digits("1234")
    static let wrong = Self.digits("9999")
    static let none = Self.digits("")
    static let hash = Self.digits("#")
    static let price = Amount(units: 1_270_000)

    /// The text takes 10 s, the goodbye 2 s, the words after a wrong entry 3 s.
    static let speech = SpeechLengths(
        text: .seconds(10),
        byeText: .seconds(2),
        failedText: .seconds(3)
    )

    static func digits(_ keys: String) -> DTMFDigits {
        guard let digits = DTMFDigits(keys) else { preconditionFailure("not keys") }
        return digits
    }

    static func number(_ digits: String) -> PhoneNumber {
        guard let number = PhoneNumber(digits) else { preconditionFailure("not a number") }
        return number
    }

    /// Terms with the contract's defaults, changed as the test wants them.
    static func terms(
        _ prompt: PromptKind = .pin(length: 4),
        change: (inout CallTerms) -> Void = { _ in }
    ) -> CallTerms {
        var terms = CallTerms(
            to: Self.number("14155550100"),
            from: Self.number("14155550101"),
            prompt: prompt,
            speech: Self.speech,
            credentials: .profile("default"),
            expiresAt: Self.start + .seconds(600)
        )
        change(&terms)
        return terms
    }

    static func report(
        _ status: LegReport.Status,
        by disconnector: CallLeg.Disconnector? = nil,
        duration: Duration? = nil,
        price: Amount? = nil,
        source: LegReport.Source = .webhook,
        uuid: String? = Self.uuid,
        detail: String = ""
    ) -> LegReport {
        var report = LegReport(status, source: source, uuid: uuid)
        report.disconnectedBy = disconnector
        report.duration = duration
        report.price = price
        report.detail = detail
        return report
    }
}
