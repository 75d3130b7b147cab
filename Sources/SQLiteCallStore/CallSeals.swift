internal import CallRecordCoding
internal import Cryptography
internal import PromptCallCore

/// Seals the secrets of calls, each for its call and purpose alone.
///
/// It is used by one thread at a time.
struct CallSeals {
    private let sealer: Sealer

    /// What a sealed value is for. The raw values are part of the seals.
    private enum Purpose: UInt8 {
        case expected = 1
        case collected = 2
        case script = 3
        /// Tells whether the key file is the right one.
        case check = 4
    }

    private static let checkText = Array("promptcall".utf8)

    init(key: SealingKey) {
        self.sealer = key.makeSealer()
    }

    func sealed(expected: [DTMFDigits], of id: CallID) -> [UInt8] {
        self.seal(CallRecordCoding.encode(expected), .expected, id.bytes)
    }

    func sealed(collected: DTMFDigits, of id: CallID) -> [UInt8] {
        self.seal(CallRecordCoding.encode([collected]), .collected, id.bytes)
    }

    func sealed(_ script: CallScript, of id: CallID) -> [UInt8] {
        self.seal(CallRecordCoding.encode(script), .script, id.bytes)
    }

    /// - Throws: `CryptographyError` or `RecordCodingError`.
    func expected(_ sealed: [UInt8], of id: CallID) throws -> [DTMFDigits] {
        try CallRecordCoding.entries(self.open(sealed, .expected, id.bytes))
    }

    /// - Throws: `CryptographyError` or `RecordCodingError`.
    func collected(_ sealed: [UInt8], of id: CallID) throws -> DTMFDigits? {
        try CallRecordCoding.entries(self.open(sealed, .collected, id.bytes)).first
    }

    /// - Throws: `CryptographyError` or `RecordCodingError`.
    func script(_ sealed: [UInt8], of id: CallID) throws -> CallScript {
        try CallRecordCoding.script(self.open(sealed, .script, id.bytes))
    }

    /// A value that opens under this key alone.
    func check() -> [UInt8] {
        self.seal(Self.checkText, .check, [])
    }

    /// Whether a value is a ``check()`` under this key.
    func isCheck(_ sealed: [UInt8]) -> Bool {
        // What exactly is wrong with it makes no difference.
        (try? self.open(sealed, .check, [])) == Self.checkText
    }

    private func seal(_ plain: [UInt8], _ purpose: Purpose, _ owner: [UInt8]) -> [UInt8] {
        self.sealer.seal(plain, context: owner + [purpose.rawValue])
    }

    private func open(
        _ sealed: [UInt8],
        _ purpose: Purpose,
        _ owner: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try self.sealer.open(sealed, context: owner + [purpose.rawValue])
    }
}
