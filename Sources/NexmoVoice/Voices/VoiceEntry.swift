/// A language that Nexmo speaks, and the styles it has there.
struct VoiceEntry: Sendable {
    /// As Nexmo writes it, such as `en-GB`.
    let language: String
    /// Styles with `premium` false.
    let standard: [ClosedRange<Int>]
    /// Styles with `premium` true.
    let premium: [ClosedRange<Int>]
    /// Styles that do not obey SSML.
    let withoutSSML: [ClosedRange<Int>]

    init(
        _ language: String,
        _ standard: [ClosedRange<Int>],
        premium: [ClosedRange<Int>] = [],
        withoutSSML: [ClosedRange<Int>] = []
    ) {
        self.language = language
        self.standard = standard
        self.premium = premium
        self.withoutSSML = withoutSSML
    }

    func has(_ style: Int, premium isPremium: Bool) -> Bool {
        (isPremium ? self.premium : self.standard).contains { $0.contains(style) }
    }

    func obeysSSML(_ style: Int) -> Bool {
        !self.withoutSSML.contains { $0.contains(style) }
    }
}
