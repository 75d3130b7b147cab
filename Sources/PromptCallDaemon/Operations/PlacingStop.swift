internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

/// What keeps calls from being placed: all, all but one a minute, or those of a profile.
enum PlacingStop: Equatable {
    case storeDamaged
    case restoredCopy
    case paused
    case draining
    case noWebhooks(since: Timestamp)
    case profileRefused(String)

    /// Everything that does so now, the gravest first.
    static func all(_ engine: EngineSnapshot, pause: PauseCause?) -> [Self] {
        var stops: [Self] = []
        if engine.damage != nil { stops.append(.storeDamaged) }
        if engine.isPaused { stops.append(pause == .restoredCopy ? .restoredCopy : .paused) }
        if engine.isDraining { stops.append(.draining) }
        if let since = engine.webhooksSilentSince { stops.append(.noWebhooks(since: since)) }
        return stops + engine.profilesInTrouble.map(Self.profileRefused)
    }

    /// Every reason, for whoever counts them.
    static let reasons = [
        "STORE_DAMAGED", "RESTORED_COPY", "PAUSED", "DRAINING", "NO_WEBHOOKS", "PROFILE_REFUSED",
    ]

    /// As daemon.proto names it.
    var reason: String {
        switch self {
        case .storeDamaged: "STORE_DAMAGED"
        case .restoredCopy: "RESTORED_COPY"
        case .paused: "PAUSED"
        case .draining: "DRAINING"
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
        case .noWebhooks:
            "Legs are answered, but no webhook comes; one call a minute is placed until one does. "
                + "Check webhook.url, the proxy in front of it and its certificate, and whether "
                + "webhooks are refused."
        case .profileRefused(let name):
            "Nexmo refuses the key or the account of the profile '\(name)'; one call a minute is "
                + "tried. Mend the key and reload, or top up the account."
        }
    }

    /// Since when, where that is known.
    var since: Timestamp? {
        switch self {
        case .noWebhooks(let since): since
        case .storeDamaged, .restoredCopy, .paused, .draining, .profileRefused: nil
        }
    }
}
