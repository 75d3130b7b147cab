internal import Logging
internal import PromptCallCore

/// Something that an operator should know of, or act upon.
enum EngineNotice: Equatable, Sendable {
    case webhooksSilent
    case webhooksBack
    case storeDamaged(String)
    case profileRefused(ProfileTrouble)
    case profileBack(String)
    case guardOpened
    case guardClosed

    /// What it is drawn from.
    struct State: Equatable, Sendable {
        fileprivate let webhooksSilentSince: Timestamp?
        fileprivate let damage: String?
        fileprivate let profilesInTrouble: [ProfileTrouble]
        fileprivate let guardOpenSince: Timestamp?

        init(_ core: EngineCore) {
            self.webhooksSilentSince = core.webhooksSilentSince
            self.damage = core.damage
            self.profilesInTrouble = core.profilesInTrouble
            self.guardOpenSince = core.fraudGuard.openSince
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
        switch (old.guardOpenSince, new.guardOpenSince) {
        case (nil, .some): notices.append(.guardOpened)
        case (.some, nil): notices.append(.guardClosed)
        case (nil, nil), (.some, .some): break
        }
        notices += self.profiles(old.profilesInTrouble, new.profilesInTrouble)
        return notices
    }

    /// Which profiles came into trouble, or for another reason, and which are out of it.
    private static func profiles(_ old: [ProfileTrouble], _ new: [ProfileTrouble]) -> [Self] {
        guard old != new else { return [] }
        let back = old.map(\.profile).filter { name in !new.contains { $0.profile == name } }
        return new.filter { !old.contains($0) }.map(Self.profileRefused)
            + back.map(Self.profileBack)
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
        case .profileRefused(let trouble):
            logger.error(
                """
                profile refused by Nexmo: its calls wait but for one a minute; mend its key and \
                reload, or top up the account
                """,
                metadata: [
                    LogKey.profile: "\(trouble.profile)",
                    LogKey.cause: trouble.kind == .credit ? "no credit" : "credentials refused",
                ]
            )
        case .profileBack(let name):
            logger.notice("profile taken again", metadata: [LogKey.profile: "\(name)"])
        case .guardOpened:
            logger.error(
                """
                guard opened its breaker, for spend-per-hour was reached: calls are neither taken \
                nor placed but for exempt callers; `promptcall guard reset` closes it
                """
            )
        case .guardClosed:
            logger.notice("guard closed its breaker: calls are taken and placed again")
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
