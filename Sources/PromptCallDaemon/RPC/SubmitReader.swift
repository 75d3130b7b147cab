internal import CallEngine
internal import Cryptography
internal import DaemonConfiguration
internal import NexmoVoice
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

/// Turns a SubmitRequest into an order, or refuses it with the first fault in field order.
///
/// Every bound is that of the comments of `calls.proto`; nothing is checked again behind it.
struct SubmitReader {
    let request: Promptcall_V1_SubmitRequest
    let caller: Caller
    let loaded: LoadedConfiguration
    let now: Timestamp
    /// It was taken before, so that its time may be over by now.
    var isRepeat = false

    /// Whether it states an `expires_at` that has passed.
    var hasExpired: Bool {
        self.request.hasExpiresAt
            && (try? self.request.expiresAt.checked("expires_at")).map { $0 <= self.now } ?? false
    }

    private var configuration: DaemonConfiguration { self.loaded.settings }

    /// What was read, but for the name and the fingerprint of the call.
    struct Order {
        var terms: CallTerms
        var script: CallScript
        var expected: [DTMFDigits]
        var ownCredentials: OwnCredentials?
    }

    /// Reads the request.
    ///
    /// - Throws: `RPCError` with code `invalidArgument` or `permissionDenied` that names the
    ///   field.
    func read() throws(RPCError) -> Order {
        let to = try self.number(self.request.to, "to")
        let number = try self.from()
        try self.text(self.request.text, "text", max: Self.textMax, isRequired: true)
        let pin = try self.pin()
        let callback = try self.callback()
        try self.text(self.request.byeText, "bye_text", max: Self.byeTextMax)
        try self.text(self.request.failedText, "failed_text", max: Self.textMax)
        var script = CallScript(
            text: self.request.text,
            byeText: self.request.byeText,
            failedText: self.request.failedText
        )
        let (credentials, own) = try self.credentials()
        guard let from = number else { throw Self.noNumber }
        try self.name(self.request.requestID, "request_id", mayBeEmpty: true)
        let maxDigits = try self.count(self.request.maxDigits, "max_digits", 1...20, default: 0)
        let times = SubmitTimes(
            request: self.request,
            now: self.now,
            mayHavePassed: self.isRepeat
        )
        var terms = CallTerms(
            to: to,
            from: from,
            prompt: self.prompt(pin, maxDigits: maxDigits),
            speech: SpeechLengths(of: script),
            callback: callback,
            credentials: credentials,
            expiresAt: self.now
        )
        terms.requestID = self.request.requestID.isEmpty ? nil : self.request.requestID
        terms.attemptsMax = try self.count(
            self.request.maxAttempts,
            "max_attempts",
            1...10,
            default: 3
        )
        terms.plays = try self.count(self.request.repeat, "repeat", 1...10, default: 1)
        terms.inputTimeout = try times.inputTimeout()
        terms.hashIsDigit = self.request.hashIsDigit || pin?.containsHash ?? false
        terms.voice = try self.voice()
        let machineAction = try self.machineAction()
        terms.ringTimeout = try times.ringTimeout()
        terms.notBefore = try times.notBefore()
        terms.expiresAt = try times.expiresAt(
            notBefore: terms.notBefore,
            default: self.configuration.queue.expireAfter
        )
        terms.redial = try times.redial()
        terms.labels = try self.labels()
        terms.priority = try self.value(self.request.priority, "priority", default: .normal)
        let expected = try self.expected(pin)
        let minDigits = try self.minDigits(maxDigits)
        if maxDigits > 0 { terms.prompt = .digits(min: minDigits, max: maxDigits) }
        script.machineText = try self.machineText(machineAction)
        terms.machine = machineAction.map { self.machine($0, script) }
        terms.unknownPlacement = try self.value(
            self.request.ifPlacementUnknown,
            "if_placement_unknown",
            default: .giveUp
        )
        terms.maxDuration = try times.maxDuration()
        try self.checkToken(own, terms)
        return Order(terms: terms, script: script, expected: expected, ownCredentials: own)
    }

    private static let textMax = 1500
    private static let byeTextMax = 500
    private static let labelsMax = 16
    private static let labelBytesMax = 256
    private static let acceptMax = 32
    private static let keysMax = 20

    // MARK: - Numbers and texts

    private func number(_ text: String, _ field: String) throws(RPCError) -> PhoneNumber {
        guard let number = PhoneNumber(text) else {
            throw .invalid(field, "It must have 7 to 15 digits, the first 1 to 9.")
        }
        return number
    }

    /// Who is shown as calling; nil where that is for a profile to state and there is no such
    /// profile, which is a fault of another field.
    private func from() throws(RPCError) -> PhoneNumber? {
        if !self.request.fromNumber.isEmpty {
            return try self.number(self.request.fromNumber, "from")
        }
        guard let name = self.profileName else { throw Self.noNumber }
        guard let profile = self.configuration.profile(named: name) else { return nil }
        guard let stated = profile.from else { throw Self.noNumber }
        return try self.number(stated, "from")
    }

    private static let noNumber = RPCError.invalid(
        "from",
        "It is empty, and the profile states no number of its own."
    )

    private func text(
        _ text: String,
        _ field: String,
        max: Int,
        isRequired: Bool = false
    ) throws(RPCError) {
        if isRequired, text.allSatisfy(\.isWhitespace) {
            throw .invalid(field, "There must be something to say.")
        }
        do throws(SpokenText.Fault) {
            try SpokenText.check(text, charactersMax: max)
        } catch {
            throw .invalid(field, error.description)
        }
    }

    private func pin() throws(RPCError) -> DTMFDigits? {
        guard !self.request.pinCode.isEmpty else { return nil }
        guard let pin = DTMFDigits(self.request.pinCode), pin.count <= Self.keysMax else {
            throw .invalid("pin_code", "It must be 1 to \(Self.keysMax) of 0-9, * and #.")
        }
        guard self.request.maxDigits == 0 else {
            throw .invalid("pin_code", "It cannot be asked for together with max_digits.")
        }
        return pin
    }

    private func prompt(_ pin: DTMFDigits?, maxDigits: Int) -> PromptKind {
        if let pin { return .pin(length: pin.count) }
        return maxDigits > 0 ? .digits(min: 1, max: maxDigits) : .announcement
    }

    private func expected(_ pin: DTMFDigits?) throws(RPCError) -> [DTMFDigits] {
        if let pin {
            guard self.request.accept.isEmpty else {
                throw .invalid("accept", "It goes with max_digits, not with pin_code.")
            }
            return [pin]
        }
        guard self.request.accept.isEmpty || self.request.maxDigits > 0 else {
            throw .invalid("accept", "It goes with max_digits.")
        }
        guard self.request.accept.count <= Self.acceptMax else {
            throw .invalid("accept", "There may be at most \(Self.acceptMax) entries.")
        }
        var entries: [DTMFDigits] = []
        for text in self.request.accept {
            guard let entry = DTMFDigits(text), !entry.isEmpty,
                entry.count <= Int(self.request.maxDigits)
            else { throw .invalid("accept", "Each must be 1 to max_digits of 0-9, * and #.") }
            guard !entry.containsHash || self.request.hashIsDigit else {
                throw .invalid("accept", "One with # can be entered only with hash_is_digit.")
            }
            entries.append(entry)
        }
        return entries
    }

    private func minDigits(_ maxDigits: Int) throws(RPCError) -> Int {
        guard maxDigits > 0 || self.request.minDigits == 0 else {
            throw .invalid("min_digits", "It goes with max_digits.")
        }
        return try self.count(
            self.request.minDigits,
            "min_digits",
            1...max(1, maxDigits),
            default: 1
        )
    }

    // MARK: - Callback and credentials

    private func callback() throws(RPCError) -> CallbackTerms? {
        guard !self.request.callback.isEmpty else {
            _ = try self.method()
            return nil
        }
        do throws(CallbackURL.Fault) {
            let url = try CallbackURL(self.request.callback)
            try url.check(for: self.caller.configuration)
        } catch {
            throw .invalid("callback", error.description)
        }
        return CallbackTerms(url: self.request.callback, method: try self.method())
    }

    private func method() throws(RPCError) -> CallbackMethod {
        try self.value(self.request.callbackMethod, "callback_method", default: .postForm)
    }

    /// The profile that is asked for; nil where credentials came with the call.
    private var profileName: String? {
        switch self.request.credentials.kind {
        case .jwt, .privateKey: nil
        case .profile(let name): name.isEmpty ? Self.defaultProfile : name
        case nil: Self.defaultProfile
        }
    }

    private static let defaultProfile = "default"

    private func credentials() throws(RPCError) -> (CredentialsSource, OwnCredentials?) {
        switch self.request.credentials.kind {
        case .jwt(let token):
            try self.mayHaveOwn("credentials.jwt")
            return (.ownCredentials, try self.token(token))
        case .privateKey(let key):
            try self.mayHaveOwn("credentials.private_key")
            return (.ownCredentials, try self.key(key))
        case .profile, nil:
            return (.profile(try self.profile()), nil)
        }
    }

    private func mayHaveOwn(_ field: String) throws(RPCError) {
        guard self.caller.may(.ownCredentials) else {
            throw RPCError(
                .permissionDenied,
                "NOT_PERMITTED",
                "This caller lacks the permission own-credentials.",
                field: field
            )
        }
    }

    private func profile() throws(RPCError) -> String {
        let name = self.profileName ?? Self.defaultProfile
        let field = self.request.hasCredentials ? "credentials.profile" : "credentials"
        guard self.configuration.profile(named: name) != nil else {
            throw .invalid(field, "There is no profile named \(SpokenText.quoted(name)).")
        }
        guard self.caller.configuration.profiles.includes(name) else {
            throw RPCError(
                .permissionDenied,
                "NOT_PERMITTED",
                "This caller may not use the profile \(SpokenText.quoted(name)).",
                field: field
            )
        }
        return name
    }

    private func token(_ text: String) throws(RPCError) -> OwnCredentials {
        do throws(CallerToken.Fault) {
            let token = try CallerToken(text, now: self.now)
            return OwnCredentials(
                credentials: .jwt(text),
                account: self.account(ofApplication: token.applicationID)
            )
        } catch {
            throw .invalid("credentials.jwt", error.description)
        }
    }

    private func key(_ key: Promptcall_V1_PrivateKey) throws(RPCError) -> OwnCredentials {
        guard (1...64).contains(key.applicationID.utf8.count) else {
            throw .invalid(
                "credentials.private_key.application_id",
                "It must be the identifier of a Voice application."
            )
        }
        do throws(CallerKey.Fault) {
            try CallerKey.check(pem: key.pem)
        } catch {
            throw .invalid("credentials.private_key.pem", error.description)
        }
        return OwnCredentials(
            credentials: .privateKey(applicationID: key.applicationID, pem: key.pem),
            account: self.account(ofApplication: key.applicationID)
        )
    }

    /// The account whose rate an application shares: a profile's, where one has the same.
    private func account(ofApplication id: String) -> String {
        self.configuration.profiles.first { $0.applicationID == id }?.account ?? id
    }

    /// A caller's own token must be good for as long as the phone may ring.
    private func checkToken(_ own: OwnCredentials?, _ terms: CallTerms) throws(RPCError) {
        guard case .jwt(let text) = own?.credentials else { return }
        let needed = max(self.now, terms.notBefore ?? self.now) + terms.ringTimeout
        // It was read before, so this succeeds.
        guard let token = try? CallerToken(text, now: self.now), token.expiresAt < needed else {
            return
        }
        throw .invalid("credentials.jwt", "The JWT expires before the phone has rung.")
    }

    // MARK: - The rest

    private func voice() throws(RPCError) -> Voice {
        let voice = self.request.voice
        let language =
            voice.language.isEmpty ? "en-US" : VoiceCatalogue.canonical(voice.language)
        let isTag = language.utf8.allSatisfy { byte in
            UInt8(ascii: "-") == byte || Character(Unicode.Scalar(byte)).isASCIILetterOrDigit
        }
        guard isTag, language.utf8.count <= 35 else {
            throw .invalid("voice.language", "It must be a language tag such as en-GB (BCP 47).")
        }
        guard voice.style <= 1000 else {
            throw .invalid("voice.style", "It must be a style that the language has, such as 0.")
        }
        return Voice(language: language, style: Int(voice.style), premium: voice.premium)
    }

    private func labels() throws(RPCError) -> [CallLabel] {
        guard self.request.labels.count <= Self.labelsMax else {
            throw .invalid("labels", "There may be at most \(Self.labelsMax) labels.")
        }
        var labels: [CallLabel] = []
        for (name, value) in self.request.labels.sorted(by: { $0.key < $1.key }) {
            try self.name(name, "labels")
            guard value.utf8.count <= Self.labelBytesMax else {
                throw .invalid(
                    "labels",
                    "The value of \(name) has more than \(Self.labelBytesMax) bytes."
                )
            }
            labels.append(CallLabel(name: name, value: value))
        }
        return labels
    }

    /// What is done with a machine; nil where nobody is to listen for one.
    private func machineAction() throws(RPCError) -> MachineTerms.Action? {
        switch self.request.machineAction {
        case .unspecified, .continue: return nil
        case .hangUp: return .hangUp
        case .leaveMessage: return .leaveMessage
        case .UNRECOGNIZED: throw .invalid("machine_action", "It is not a known value.")
        }
    }

    private func machineText(_ action: MachineTerms.Action?) throws(RPCError) -> String {
        guard self.request.machineText.isEmpty || action == .leaveMessage else {
            throw .invalid("machine_text", "It goes with the machine_action LEAVE_MESSAGE.")
        }
        try self.text(self.request.machineText, "machine_text", max: Self.textMax)
        return self.request.machineText
    }

    /// How Nexmo listens is the profile's to say, as it is when the call is taken.
    private func machine(_ action: MachineTerms.Action, _ script: CallScript) -> MachineTerms {
        let profile = self.profileName.flatMap { self.configuration.profile(named: $0) }
        let message = action == .leaveMessage ? script.message ?? "" : ""
        return MachineTerms(
            action,
            detection: profile?.machineDetection == .standard ? .standard : .advanced,
            speech: SpeechLengths.length(of: message)
        )
    }

    private func name(_ text: String, _ field: String, mayBeEmpty: Bool = false) throws(RPCError) {
        if mayBeEmpty, text.isEmpty { return }
        guard FieldName.isValid(text) else {
            throw .invalid(field, "It must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'.")
        }
    }

    private func count(
        _ count: UInt32,
        _ field: String,
        _ range: ClosedRange<Int>,
        default: Int
    ) throws(RPCError) -> Int {
        guard count != 0 else { return `default` }
        guard range.contains(Int(count)) else {
            throw .invalid(field, "It must be \(range.lowerBound) to \(range.upperBound).")
        }
        return Int(count)
    }

    private func value<Value: RawRepresentable<Int>>(
        _ message: some SwiftProtobuf.Enum,
        _ field: String,
        default: Value
    ) throws(RPCError) -> Value {
        guard message.rawValue != 0 else { return `default` }
        guard let value = Value(rawValue: message.rawValue) else {
            throw .invalid(field, "It is not a known value.")
        }
        return value
    }
}

extension Character {
    /// Whether this is one of `A-Z a-z 0-9`.
    var isASCIILetterOrDigit: Bool { self.isASCII && (self.isLetter || self.isNumber) }
}
