import CallRecordCoding
import CallStoreConformance
import PromptCallCore
import Testing

@Suite("CallRecordCoding")
struct CallRecordCodingTests {
    @Test("What is written is read back", arguments: UInt64(1)...200)
    func roundTrip(seed: UInt64) throws {
        var random = RandomRecords(seed: seed)
        let record = random.record()
        let script = random.script()
        let state = CallState(of: record)
        #expect(
            try CallRecordCoding.terms(CallRecordCoding.encode(record.terms)) == record.terms
        )
        #expect(try CallRecordCoding.state(CallRecordCoding.encode(state)) == state)
        #expect(
            try CallRecordCoding.progress(CallRecordCoding.encode(record.progress))
                == record.progress
        )
        #expect(try CallRecordCoding.script(CallRecordCoding.encode(script)) == script)
        #expect(
            try CallRecordCoding.entries(CallRecordCoding.encode(record.expected))
                == record.expected
        )
        var restored = CallRecord(
            id: record.id,
            caller: record.caller,
            terms: record.terms,
            expected: record.expected,
            submittedAt: record.progress.submittedAt
        )
        restored.version = record.version
        restored.eventCount = record.eventCount
        restored.collected = record.collected
        state.restore(&restored)
        #expect(restored == record)
    }

    @Test("A cut or altered value is refused or read, and never trapped on", arguments: 1...20)
    func damaged(seed: UInt64) throws {
        var random = RandomRecords(seed: seed)
        let record = random.record()
        let bytes = CallRecordCoding.encode(CallState(of: record))
        for length in bytes.indices {
            _ = try? CallRecordCoding.state(Array(bytes.prefix(length)))
        }
        for index in bytes.indices {
            for flipped: UInt8 in [0x01, 0x80, 0xFF] {
                var altered = bytes
                altered[index] ^= flipped
                // Which alterations still make sense does not matter here.
                _ = try? CallRecordCoding.state(altered)
                _ = try? CallRecordCoding.terms(altered)
            }
        }
    }

    @Test("Fields of later versions are skipped, whatever their kind")
    func unknownFields() throws {
        var random = RandomRecords(seed: 7)
        let terms = random.terms()
        // Field 100 as a varint, as 8 bytes, as a run of 2 bytes, and as 4 bytes.
        let later: [UInt8] =
            [0xA0, 0x06, 0x05] + [0xA1, 0x06] + [UInt8](repeating: 9, count: 8)
            + [0xA2, 0x06, 2, 1, 1] + [0xA5, 0x06, 1, 2, 3, 4]
        let bytes = CallRecordCoding.encode(terms)
        #expect(try CallRecordCoding.terms(bytes + later) == terms)
        #expect(try CallRecordCoding.terms(bytes.prefix(1) + later + bytes.dropFirst()) == terms)
    }

    @Test("An unknown raw value, a missing field and another version are refused")
    func refused() {
        // The stage (field 1) is 8, then it is missing.
        #expect(throws: RecordCodingError.self) {
            try CallRecordCoding.progress([1, 0x08, 8, 0x30, 2])
        }
        #expect(throws: RecordCodingError.self) { try CallRecordCoding.progress([1, 0x30, 2]) }
        #expect(throws: RecordCodingError.self) { try CallRecordCoding.progress([]) }
        #expect(throws: RecordCodingError.self) {
            try CallRecordCoding.progress([2, 0x08, 1, 0x30, 2])
        }
        // A field of another kind than it is written with.
        #expect(throws: RecordCodingError.self) {
            try CallRecordCoding.progress([1, 0x0A, 0, 0x30, 2])
        }
        // A length beyond the end, and a varint beyond 64 bits.
        #expect(throws: RecordCodingError.self) { try CallRecordCoding.script([1, 0x0A, 9, 65]) }
        #expect(throws: RecordCodingError.self) {
            try CallRecordCoding.progress([1, 0x08] + [UInt8](repeating: 0xFF, count: 10))
        }
    }

    @Test("The form of a stored value is fixed")
    func golden() throws {
        var progress = CallProgress(submittedAt: Timestamp(milliseconds: 150))
        progress.stage = .ended
        progress.reason = .pinMatched
        #expect(CallRecordCoding.encode(progress) == [1, 0x08, 7, 0x10, 1, 0x30, 0xAC, 0x02])
        #expect(
            CallRecordCoding.encode(CallScript(text: "Hi", failedText: "No"))
                == [1, 0x0A, 2, 72, 105, 0x1A, 2, 78, 111]
        )
    }

    @Test("Every property of a call is stored: one more needs a field of its own")
    func properties() {
        var random = RandomRecords(seed: 1)
        let record = random.record()
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        #expect(count(record) == 11)
        #expect(count(record.terms) == 20)
        #expect(count(record.terms.speech) == 3)
        #expect(count(record.terms.voice) == 3)
        #expect(count(CallbackTerms(url: "", method: .get)) == 2)
        #expect(count(record.progress) == 11)
        #expect(count(CallLeg(number: 1, placingAt: Timestamp(milliseconds: 0))) == 22)
        #expect(count(CallbackProgress()) == 5)
        #expect(count(record.dialogue) == 9)
        #expect(count(JudgedEntry(verdict: .right, answer: .silence)) == 2)
        #expect(count(random.script()) == 4)
    }
}
