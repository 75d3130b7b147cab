package import PromptCallCore

/// A profile that Nexmo refuses: of its calls one a minute is tried, the others wait.
package struct ProfileTrouble: Equatable, Sendable {
    package var profile: String
    /// Whether it is the key or the account's credit.
    package var kind: PlacementAnswer.Refusal.Kind
    /// When it was refused first.
    package var since: Timestamp

    package init(profile: String, kind: PlacementAnswer.Refusal.Kind, since: Timestamp) {
        self.profile = profile
        self.kind = kind
        self.since = since
    }
}
