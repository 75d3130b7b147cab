internal import PromptCallCore

extension CallTerms: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.to, to: 1)
        writer.write(self.from, to: 2)
        writer.write(self.prompt, to: 3)
        writer.write(self.speech, to: 4)
        writer.write(self.voice, to: 5)
        writer.write(ifPresent: self.callback, to: 6)
        writer.write(self.credentials, to: 7)
        writer.write(ifPresent: self.requestID, to: 8)
        writer.write(self.attemptsMax, to: 9)
        writer.write(self.plays, to: 10)
        writer.write(self.inputTimeout, to: 11)
        writer.write(self.hashIsDigit, to: 12)
        writer.write(self.ringTimeout, to: 13)
        writer.write(self.maxDuration, to: 14)
        writer.write(ifPresent: self.notBefore, to: 15)
        writer.write(self.expiresAt, to: 16)
        writer.write(each: self.labels, to: 17)
        writer.write(self.priority, to: 18)
        writer.write(self.unknownPlacement, to: 19)
        writer.write(ifPresent: self.redial, to: 20)
        writer.write(ifPresent: self.machine, to: 21)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var to: PhoneNumber?
        var from: PhoneNumber?
        var prompt: PromptKind?
        var speech: SpeechLengths?
        var voice = Voice()
        var callback: CallbackTerms?
        var credentials: CredentialsSource?
        var requestID: String?
        var attemptsMax = 0
        var plays = 0
        var inputTimeout = Duration.zero
        var hashIsDigit = false
        var ringTimeout = Duration.zero
        var maxDuration = Duration.zero
        var notBefore: Timestamp?
        var expiresAt: Timestamp?
        var labels: [CallLabel] = []
        var priority: CallPriority?
        var unknownPlacement: UnknownPlacement?
        var redial: RedialTerms?
        var machine: MachineTerms?
        while let field = try reader.next() {
            switch field.number {
            case 1: to = try field.phoneNumber()
            case 2: from = try field.phoneNumber()
            case 3: prompt = try field.message()
            case 4: speech = try field.message()
            case 5: voice = try field.message()
            case 6: callback = try field.message(CallbackTerms.self)
            case 7: credentials = try field.message()
            case 8: requestID = try field.text()
            case 9: attemptsMax = try field.integer()
            case 10: plays = try field.integer()
            case 11: inputTimeout = try field.duration()
            case 12: hashIsDigit = try field.flag()
            case 13: ringTimeout = try field.duration()
            case 14: maxDuration = try field.duration()
            case 15: notBefore = try field.time()
            case 16: expiresAt = try field.time()
            case 17: labels.append(try field.message())
            case 18: priority = try field.value()
            case 19: unknownPlacement = try field.value()
            case 20: redial = try field.message(RedialTerms.self)
            case 21: machine = try field.message(MachineTerms.self)
            default: continue
            }
        }
        self.init(
            to: try needed(to, "to"),
            from: try needed(from, "from"),
            prompt: try needed(prompt, "prompt"),
            speech: try needed(speech, "speech"),
            voice: voice,
            callback: callback,
            credentials: try needed(credentials, "credentials"),
            requestID: requestID,
            attemptsMax: attemptsMax,
            plays: plays,
            inputTimeout: inputTimeout,
            hashIsDigit: hashIsDigit,
            ringTimeout: ringTimeout,
            maxDuration: maxDuration,
            notBefore: notBefore,
            expiresAt: try needed(expiresAt, "expires_at"),
            labels: labels,
            priority: try needed(priority, "priority"),
            unknownPlacement: try needed(unknownPlacement, "unknown_placement"),
            redial: redial,
            machine: machine
        )
    }
}

extension PromptKind: StoredMessage {
    private enum Kind: Int {
        case pin = 1
        case digits = 2
        case announcement = 3
    }

    func write(to writer: inout FieldWriter) {
        switch self {
        case .pin(let length):
            writer.write(Kind.pin, to: 1)
            writer.write(length, to: 2)
        case .digits(let min, let max):
            writer.write(Kind.digits, to: 1)
            writer.write(min, to: 2)
            writer.write(max, to: 3)
        case .announcement:
            writer.write(Kind.announcement, to: 1)
        }
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var kind: Kind?
        var min = 0
        var max = 0
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = try field.value()
            case 2: min = try field.integer()
            case 3: max = try field.integer()
            default: continue
            }
        }
        switch try needed(kind, "prompt.kind") {
        case .pin: self = .pin(length: min)
        case .digits: self = .digits(min: min, max: max)
        case .announcement: self = .announcement
        }
    }
}

extension SpeechLengths: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.text, to: 1)
        writer.write(self.byeText, to: 2)
        writer.write(self.failedText, to: 3)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init(text: .zero)
        while let field = try reader.next() {
            switch field.number {
            case 1: self.text = try field.duration()
            case 2: self.byeText = try field.duration()
            case 3: self.failedText = try field.duration()
            default: continue
            }
        }
    }
}

extension Voice: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.language, to: 1)
        writer.write(self.style, to: 2)
        writer.write(self.premium, to: 3)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init(language: "")
        while let field = try reader.next() {
            switch field.number {
            case 1: self.language = try field.text()
            case 2: self.style = try field.integer()
            case 3: self.premium = try field.flag()
            default: continue
            }
        }
    }
}

extension CallbackTerms: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.url, to: 1)
        writer.write(self.method, to: 2)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var url = ""
        var method: CallbackMethod?
        while let field = try reader.next() {
            switch field.number {
            case 1: url = try field.text()
            case 2: method = try field.value()
            default: continue
            }
        }
        self.init(url: url, method: try needed(method, "callback.method"))
    }
}

extension CredentialsSource: StoredMessage {
    private enum Kind: Int {
        case profile = 1
        case ownCredentials = 2
    }

    func write(to writer: inout FieldWriter) {
        switch self {
        case .profile(let name):
            writer.write(Kind.profile, to: 1)
            writer.write(name, to: 2)
        case .ownCredentials:
            writer.write(Kind.ownCredentials, to: 1)
        }
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var kind: Kind?
        var name = ""
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = try field.value()
            case 2: name = try field.text()
            default: continue
            }
        }
        switch try needed(kind, "credentials.kind") {
        case .profile: self = .profile(name)
        case .ownCredentials: self = .ownCredentials
        }
    }
}

extension CallLabel: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.name, to: 1)
        writer.write(self.value, to: 2)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init(name: "", value: "")
        while let field = try reader.next() {
            switch field.number {
            case 1: self.name = try field.text()
            case 2: self.value = try field.text()
            default: continue
            }
        }
    }
}
