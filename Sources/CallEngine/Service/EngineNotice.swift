internal import Logging
internal import PromptCallCore

/// Something that an operator should know of, or act upon.
enum EngineNotice: Equatable, Sendable {
    case webhooksSilent
    case webhooksBack
    case storeDamaged(String)

    /// What it is drawn from.
    struct State: Equatable, Sendable {
        fileprivate let webhooksSilentSince: Timestamp?
        fileprivate let damage: String?

        init(_ core: EngineCore) {
            self.webhooksSilentSince = core.webhooksSilentSince
            self.damage = core.damage
        }
    }

    /// What happened between two states of the core.
    static func between(_ old: State, _ new: State) -> [Self] {
        guard old != new else { return [] }
        var notices: [Self] = []
        switch (old.webhooksSilentSince, new.webhooksSilentSince) {
        case (nil, .some): notices.append(.webhooksSilent)
        case (.some, nil): notices.append(.webhooksBack)
        case (nil, nil), (.some, .some): break
        }
        if old.damage == nil, let damage = new.damage { notices.append(.storeDamaged(damage)) }
        return notices
    }

    func log(to logger: Logger) {
        switch self {
        case .webhooksSilent:
            logger.error(
                """
                no webhooks come: placing stopped but for one call a minute; check webhook.url, \
                the proxy in front of it and its certificate, and look for refused webhooks
                """,
                metadata: [LogKey.legs: "\(EngineLimits.unheardLegsMax)"]
            )
        case .webhooksBack:
            logger.notice("webhooks come again: placing goes on")
        case .storeDamaged(let words):
            logger.error(
                """
                store damaged: no new calls are taken and nothing is placed; stop the daemon and \
                restore the last backup
                """,
                metadata: [LogKey.error: "\(words)"]
            )
        }
    }
}
