/// What was ordered: everything of a call that never changes and is no secret.
///
/// Defaults are filled in; each range is that of `SubmitRequest`, checked where it came in.
@usableFromInline
package struct CallTerms: Equatable, Sendable {
    package var to: PhoneNumber
    package var from: PhoneNumber
    package var prompt: PromptKind
    /// How long the texts take to play.
    package var speech: SpeechLengths
    package var voice: Voice
    package var callback: CallbackTerms?
    package var credentials: CredentialsSource
    package var requestID: String?
    /// Rounds of asking over all legs, 1 to 10.
    package var attemptsMax: Int
    /// How often the text is played in one round, or the announcement in all; 1 to 10.
    package var plays: Int
    /// Silence that ends an entry, 1 to 10 s.
    package var inputTimeout: Duration
    /// Whether `#` is a digit like any other, because it was asked for or the PIN has one.
    package var hashIsDigit: Bool
    /// How long the phone may ring, 1 to 120 s.
    package var ringTimeout: Duration
    /// From answer to the end, 10 s to 2 h.
    package var maxDuration: Duration
    package var notBefore: Timestamp?
    package var expiresAt: Timestamp
    /// The caller's own marks, sorted by name; at most 16.
    package var labels: [CallLabel]
    package var priority: CallPriority
    package var unknownPlacement: UnknownPlacement
    private var rare: RareTerms?

    package init(
        to: PhoneNumber,
        from: PhoneNumber,
        prompt: PromptKind,
        speech: SpeechLengths,
        voice: Voice = Voice(),
        callback: CallbackTerms? = nil,
        credentials: CredentialsSource,
        requestID: String? = nil,
        attemptsMax: Int = 3,
        plays: Int = 1,
        inputTimeout: Duration = .seconds(5),
        hashIsDigit: Bool = false,
        ringTimeout: Duration = .seconds(60),
        maxDuration: Duration = .seconds(300),
        notBefore: Timestamp? = nil,
        expiresAt: Timestamp,
        labels: [CallLabel] = [],
        priority: CallPriority = .normal,
        unknownPlacement: UnknownPlacement = .giveUp,
        redial: RedialTerms? = nil,
        machine: MachineTerms? = nil
    ) {
        self.to = to
        self.from = from
        self.prompt = prompt
        self.speech = speech
        self.voice = voice
        self.callback = callback
        self.credentials = credentials
        self.requestID = requestID
        self.attemptsMax = attemptsMax
        self.plays = plays
        self.inputTimeout = inputTimeout
        self.hashIsDigit = hashIsDigit
        self.ringTimeout = ringTimeout
        self.maxDuration = maxDuration
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.labels = labels
        self.priority = priority
        self.unknownPlacement = unknownPlacement
        self.rare = RareTerms(redial: redial, machine: machine)
    }

    /// When the call is placed again; nil where it never is.
    package var redial: RedialTerms? {
        get { self.rare?.redial }
        set { self.rare = RareTerms(redial: newValue, machine: self.machine) }
    }

    /// What is done where a machine answers; nil where nobody listens for one.
    package var machine: MachineTerms? {
        get { self.rare?.machine }
        set { self.rare = RareTerms(redial: self.redial, machine: newValue) }
    }
}

/// What the callee is to do.
package enum PromptKind: Equatable, Sendable {
    /// Key in a PIN of so many keys, 1 to 20.
    case pin(length: Int)
    /// Key in `min` to `max` digits of their own, which are reported; 1 to 20.
    case digits(min: Int, max: Int)
    /// Listen.
    case announcement

    /// Most keys an entry can have; nil where none is asked for.
    package var keysMax: Int? {
        switch self {
        case .pin(let length): length
        case .digits(_, let max): max
        case .announcement: nil
        }
    }
}

/// A voice of Nexmo's text-to-speech.
package struct Voice: Equatable, Sendable {
    /// BCP 47, such as `en-GB`.
    package var language: String
    package var style: Int
    package var premium: Bool

    package init(language: String = "en-US", style: Int = 0, premium: Bool = false) {
        self.language = language
        self.style = style
        self.premium = premium
    }
}

/// Where the result is sent.
package struct CallbackTerms: Equatable, Sendable {
    /// An absolute http or https URL of at most 2,048 bytes.
    package var url: String
    package var method: CallbackMethod

    package init(url: String, method: CallbackMethod) {
        self.url = url
        self.method = method
    }
}

/// How the result is sent. The raw values are those of `promptcall.v1.CallbackMethod`.
package enum CallbackMethod: Int, CaseIterable, Sendable {
    case get = 1
    case postForm = 2
    case postJSON = 3
}

/// Whose key signs the requests to Nexmo.
package enum CredentialsSource: Equatable, Sendable {
    /// A key of the daemon's configuration.
    case profile(String)
    /// What came with the call, which is in memory alone.
    case ownCredentials
}

/// The order in which calls wait. The raw values are those of `promptcall.v1.Priority`.
package enum CallPriority: Int, CaseIterable, Comparable, Sendable {
    case urgent = 1
    case normal = 2
    case bulk = 3

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What to do when Nexmo's answer to the placing was lost.
///
/// The raw values are those of `promptcall.v1.UnknownPlacement`.
package enum UnknownPlacement: Int, CaseIterable, Sendable {
    /// Never ring twice.
    case giveUp = 1
    /// Better twice than never.
    case ringAgain = 2
}

/// A mark of the caller's own.
package struct CallLabel: Hashable, Sendable {
    /// 1 to 64 of `[A-Za-z0-9._-]`.
    package var name: String
    /// At most 256 bytes.
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
