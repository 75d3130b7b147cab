internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

/// What keeps calls from being placed: all, all but one a minute, or those of a profile.
enum PlacingStop: Equatable {
    case storeDamaged
    case restoredCopy
    case paused
    case draining
    case guardOpen(since: Timestamp)
    case noWebhooks(since: Timestamp)
    case profileRefused(ProfileTrouble)

    /// Everything that does so now, the gravest first.
    static func all(_ engine: EngineSnapshot, pause: PauseCause?) -> [Self] {
        var stops: [Self] = []
        if engine.damage != nil { stops.append(.storeDamaged) }
        if engine.isPaused { stops.append(pause == .restoredCopy ? .restoredCopy : .paused) }
        if engine.isDraining { stops.append(.draining) }
        if let since = engine.guardOpenSince { stops.append(.guardOpen(since: since)) }
        if let since = engine.webhooksSilentSince { stops.append(.noWebhooks(since: since)) }
        return stops + engine.profilesInTrouble.map(Self.profileRefused)
    }

    /// Every reason, for whoever counts them.
    static let reasons = [
        "STORE_DAMAGED", "RESTORED_COPY", "PAUSED", "DRAINING", "GUARD_OPEN", "NO_WEBHOOKS",
        "PROFILE_REFUSED",
    ]

    /// As daemon.proto names it.
    var reason: String {
        switch self {
        case .storeDamaged: "STORE_DAMAGED"
        case .restoredCopy: "RESTORED_COPY"
        case .paused: "PAUSED"
        case .draining: "DRAINING"
        case .guardOpen: "GUARD_OPEN"
        case .noWebhooks: "NO_WEBHOOKS"
        case .profileRefused: "PROFILE_REFUSED"
        }
    }

    /// What it means and what to do, for a person.
    var message: String {
        switch self {
        case .storeDamaged:
            EngineError.storeDamaged.message
        case .restoredCopy:
            "This is a restored copy: calls in its queue may have been rung since it was made. "
                + "Cancel those that must not ring again; then `promptcall resume` goes on."
        case .paused:
            "An operator paused placing. `promptcall resume` goes on."
        case .draining:
            "No new calls are taken. `promptcall resume` goes on, unless the daemon is stopping."
        case .guardOpen:
            "The fraud guard's spend-per-hour was reached: calls are neither taken nor placed, but "
                + "for exempt callers. Look at who called what; then `promptcall guard reset` goes "
                + "on."
        case .noWebhooks:
            "Legs are answered, but no webhook comes; one call a minute is placed until one does. "
                + "Check webhook.url, the proxy in front of it and its certificate, and whether "
                + "webhooks are refused."
        case .profileRefused(let trouble) where trouble.kind == .credit:
            "Nexmo places no calls of the profile '\(trouble.profile)', for its account has no "
                + "credit; one call a minute is tried. Top up the account."
        case .profileRefused(let trouble):
            "Nexmo refuses the key of the profile '\(trouble.profile)'; one call a minute is "
                + "tried. Mend the key and reload."
        }
    }

    /// Since when, where that is known.
    var since: Timestamp? {
        switch self {
        case .guardOpen(let since), .noWebhooks(let since): since
        case .profileRefused(let trouble): trouble.since
        case .storeDamaged, .restoredCopy, .paused, .draining: nil
        }
    }
}
