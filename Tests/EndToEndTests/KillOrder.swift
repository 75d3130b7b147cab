import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf

/// One call that the kill test wants, and what it was told of it.
struct KillOrder: Sendable {
    let requestID: String
    let number: String
    let callee: KillCallee
    let prompt: KillCallee.Prompt
    /// Whether its JWT comes with it.
    let hasOwnCredentials: Bool
    /// Whether nobody brings its JWT again after a kill.
    let isForsaken: Bool
    /// Whether it is rung again where it is not known whether it was placed.
    let ringsAgain: Bool
    let callbackMethod: Promptcall_V1_CallbackMethod?

    /// The tids that it was answered with, of which there may be one.
    var tids: Set<String> = []
    /// Whether somebody asked to cancel it.
    var isCancelWanted = false
    /// What was answered to that.
    var cancelReply: Promptcall_V1_Call?
    /// What `Wait` returned.
    var waitReply: Promptcall_V1_Call?

    /// The PIN of every call that asks for one; the callee hears it in the text.
    static let pin = "7390285146"
    /// Numbers that are rung more than once, for each kind of callee.
    private static let sharedNumbers = 10

    /// Draws one.
    ///
    /// - Parameters:
    ///   - serial: Of all orders of the test, 0 and up.
    ///   - plan: How hard the test is.
    ///   - random: Where chance comes from.
    init(serial: Int, plan: KillPlan, using random: inout SeededRandom) {
        func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        let isNumberShared = happens(10)
        let line = isNumberShared ? serial % Self.sharedNumbers : Self.sharedNumbers + serial
        let text = String(10_000_000 + line).dropFirst()
        let callee = KillCallee.random(using: &random)
        self.requestID = "order-\(serial)"
        self.callee = callee
        self.number = "14" + text + callee.rawValue
        switch callee {
        case .right where happens(25): self.prompt = happens(50) ? .digits : .announcement
        case .hangsUp where happens(30): self.prompt = .announcement
        default: self.prompt = .pin
        }
        self.hasOwnCredentials = happens(20)
        // Such a call waits for most of a minute.
        self.isForsaken = plan.isSoak && happens(10)
        self.ringsAgain = happens(15)
        let methods: [Promptcall_V1_CallbackMethod?] = [nil, .get, .post, .postJson]
        self.callbackMethod = methods.randomElement(using: &random) ?? nil
    }

    /// Whether it may end for a reason.
    func allows(_ reason: Promptcall_V1_Reason) -> Bool {
        switch reason {
        case .cancelled: self.isCancelWanted
        case .credentialsLost: self.hasOwnCredentials && self.isForsaken
        default: self.callee.allows(reason, of: self.prompt)
        }
    }

    /// The request, the same each time but for the JWT.
    func request(callback: String, jwt: String) -> Promptcall_V1_SubmitRequest {
        var request = Promptcall_V1_SubmitRequest()
        request.to = self.number
        request.fromNumber = "14155550199"
        switch self.prompt {
        case .pin:
            request.text = "Key in \(Self.pin)"
            request.pinCode = Self.pin
            request.failedText = "No"
            request.byeText = "Bye"
        case .digits:
            request.text = "Key in what you like"
            request.maxDigits = 4
        case .announcement:
            request.text = "Nothing to key in"
        }
        request.requestID = self.requestID
        request.labels = ["order": self.requestID]
        request.inputTimeout.seconds = 1
        request.ringTimeout.seconds = 3
        request.maxDuration.seconds = 60
        if self.hasOwnCredentials { request.credentials.jwt = jwt }
        if self.ringsAgain { request.ifPlacementUnknown = .ringAgain }
        if let method = self.callbackMethod {
            request.callback = callback
            request.callbackMethod = method
        }
        return request
    }
}
