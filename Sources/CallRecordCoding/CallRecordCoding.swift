package import PromptCallCore

/// How the parts of a call are stored: a version, then numbered fields.
///
/// A later version may add fields, which this one skips. Times and durations are kept in whole
/// milliseconds. What is secret is coded apart from the rest, to be sealed by the store.
package enum CallRecordCoding {
    /// The first byte of every stored value. Another one cannot be read.
    private static let version: UInt8 = 1

    package static func encode(_ terms: CallTerms) -> [UInt8] {
        self.bytes(of: terms)
    }

    package static func encode(_ state: CallState) -> [UInt8] {
        self.bytes(of: state)
    }

    package static func encode(_ progress: CallProgress) -> [UInt8] {
        self.bytes(of: progress)
    }

    /// Secret: to be sealed.
    package static func encode(_ script: CallScript) -> [UInt8] {
        self.bytes(of: script)
    }

    /// Secret: to be sealed.
    package static func encode(_ entries: [DTMFDigits]) -> [UInt8] {
        self.bytes(of: StoredEntries(entries))
    }

    /// - Throws: ``RecordCodingError`` where the bytes are no terms of a call.
    package static func terms(_ bytes: [UInt8]) throws(RecordCodingError) -> CallTerms {
        try CallTerms(from: self.reader(of: bytes))
    }

    /// - Throws: ``RecordCodingError`` where the bytes are no state of a call.
    package static func state(_ bytes: [UInt8]) throws(RecordCodingError) -> CallState {
        try CallState(from: self.reader(of: bytes))
    }

    /// - Throws: ``RecordCodingError`` where the bytes are no progress of a call.
    package static func progress(_ bytes: [UInt8]) throws(RecordCodingError) -> CallProgress {
        try CallProgress(from: self.reader(of: bytes))
    }

    /// - Throws: ``RecordCodingError`` where the bytes are no script.
    package static func script(_ bytes: [UInt8]) throws(RecordCodingError) -> CallScript {
        try CallScript(from: self.reader(of: bytes))
    }

    /// - Throws: ``RecordCodingError`` where the bytes are no entries.
    package static func entries(_ bytes: [UInt8]) throws(RecordCodingError) -> [DTMFDigits] {
        try StoredEntries(from: self.reader(of: bytes)).entries
    }

    private static func bytes(of message: some StoredMessage) -> [UInt8] {
        var writer = FieldWriter()
        writer.begin(version: self.version)
        message.write(to: &writer)
        return writer.bytes
    }

    private static func reader(of bytes: [UInt8]) throws(RecordCodingError) -> FieldReader {
        try FieldReader(bytes, version: self.version)
    }
}
