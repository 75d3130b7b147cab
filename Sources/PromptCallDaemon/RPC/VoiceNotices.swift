internal import CallEngine
internal import Logging
internal import NexmoVoice
internal import PromptCallCore
internal import Synchronization

/// Warns of voices that Nexmo is not known to have: whoever submits such a call each time, the
/// operator once for each voice.
final class VoiceNotices: Sendable {
    /// Most voices that are remembered as told; beyond them nothing is logged.
    private static let toldMax = 256

    private struct Told: Hashable {
        var language: String
        var style: Int
        var premium: Bool
        var saysSSML: Bool
    }

    private let logger: Logger
    private let told = Mutex<Set<Told>>([])

    init(logger: Logger) {
        self.logger = logger
    }

    /// What the answer to a submission warns of, a sentence each.
    func warnings(of order: SubmitOrder) -> [String] {
        let voice = order.record.terms.voice
        let saysSSML = [order.script.text, order.script.byeText, order.script.failedText]
            .contains { SpokenText.isSSML($0) }
        let warnings = VoiceCatalogue.warnings(for: voice, saysSSML: saysSSML)
        if !warnings.isEmpty { self.tell(warnings, voice, saysSSML, order.record.id) }
        return warnings
    }

    private func tell(_ warnings: [String], _ voice: Voice, _ saysSSML: Bool, _ id: CallID) {
        let isNew = self.told.withLock { told in
            guard told.count < Self.toldMax else { return false }
            let one = Told(
                language: voice.language,
                style: voice.style,
                premium: voice.premium,
                saysSSML: saysSSML
            )
            return told.insert(one).inserted
        }
        guard isNew else { return }
        self.logger.warning(
            "voice not known",
            metadata: [
                "call.id": "\(id)", "voice.language": "\(voice.language)",
                "voice.style": "\(voice.style)", "voice.premium": "\(voice.premium)",
                "warnings": .array(warnings.map { .string($0) }),
            ]
        )
    }
}
