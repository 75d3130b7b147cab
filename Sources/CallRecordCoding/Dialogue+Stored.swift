internal import PromptCallCore

extension Dialogue: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.turn, to: 1)
        writer.write(ifPresent: self.directive, to: 2)
        writer.write(ifPresent: self.openedAt, to: 3)
        writer.write(each: self.entries, to: 4)
        writer.write(self.rounds, to: 5)
        writer.write(self.graces, to: 6)
        writer.write(self.played, to: 7)
        writer.write(ifPresent: self.message, to: 8)
        writer.write(self.messagesAsked, to: 9)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        self.init()
        while let field = try reader.next() {
            switch field.number {
            case 1: self.turn = try field.integer()
            case 2: self.directive = try field.message(Directive.self)
            case 3: self.openedAt = try field.time()
            case 4: self.entries.append(try field.message())
            case 5: self.rounds = try field.integer()
            case 6: self.graces = try field.integer()
            case 7: self.played = try field.integer()
            case 8: self.message = try field.value(Message.self)
            case 9: self.messagesAsked = try field.integer()
            default: continue
            }
        }
    }
}

extension JudgedEntry: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.verdict, to: 1)
        writer.write(self.answer, to: 2)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var verdict: Verdict?
        var answer: Directive?
        while let field = try reader.next() {
            switch field.number {
            case 1: verdict = try field.value()
            case 2: answer = try field.message()
            default: continue
            }
        }
        self.init(
            verdict: try needed(verdict, "entry.verdict"),
            answer: try needed(answer, "entry.answer")
        )
    }
}

extension Directive: StoredMessage {
    private enum Kind: Int {
        case ask = 1
        case announce = 2
        case say = 3
        case silence = 4
    }

    func write(to writer: inout FieldWriter) {
        switch self {
        case .ask(let spoken, let turn, let plays, let bargeIn):
            writer.write(Kind.ask, to: 1)
            writer.write(ifPresent: spoken, to: 2)
            writer.write(turn, to: 3)
            writer.write(plays, to: 4)
            writer.write(bargeIn, to: 5)
        case .announce:
            writer.write(Kind.announce, to: 1)
        case .say(let spoken):
            writer.write(Kind.say, to: 1)
            writer.write(spoken, to: 2)
        case .silence:
            writer.write(Kind.silence, to: 1)
        }
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var kind: Kind?
        var spoken: Spoken?
        var turn = 0
        var plays = 0
        var bargeIn = false
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = try field.value()
            case 2: spoken = try field.value(Spoken.self)
            case 3: turn = try field.integer()
            case 4: plays = try field.integer()
            case 5: bargeIn = try field.flag()
            default: continue
            }
        }
        switch try needed(kind, "directive.kind") {
        case .ask: self = .ask(spoken, turn: turn, plays: plays, bargeIn: bargeIn)
        case .announce: self = .announce
        case .say: self = .say(try needed(spoken, "directive.spoken"))
        case .silence: self = .silence
        }
    }
}
