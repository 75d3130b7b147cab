import NexmoSimulator

/// Reads what a callee keys in, one entry for each prompt.
enum EntryReader {
    private enum Key: String, CaseIterable { case press, when, after, between }
    private enum When: String, CaseIterable {
        case duringPrompt = "during-prompt"
        case afterPrompt = "after-prompt"
        case late
    }
    private enum Word: String, CaseIterable { case right, wrong, silence }

    /// Most entries, and most keys of one.
    private static let entriesMax = 100
    private static let keysMax = 64
    /// Until the first key where `after` is left out.
    private static let afterDefault: Duration = .seconds(1)

    static func entries(_ node: ScenarioNode) throws(ScenarioError) -> [CalleePlan.Entry] {
        let items = try node.items()
        guard items.count <= Self.entriesMax else {
            throw node.error("must have at most \(Self.entriesMax) entries")
        }
        var entries: [CalleePlan.Entry] = []
        for item in items { entries.append(try Self.entry(item)) }
        return entries
    }

    private static func entry(_ node: ScenarioNode) throws(ScenarioError) -> CalleePlan.Entry {
        guard node.isMapping else { return try Self.press(node) }
        let section = try node.section(of: Key.self)
        guard let pressed = section[.press] else {
            throw node.error("lacks 'press': right, wrong, silence, or keys")
        }
        let entry = try Self.press(pressed)
        guard let when = section[.when] else {
            if let node = section[.after] ?? section[.between] {
                throw node.error("needs 'when': during-prompt, after-prompt or late")
            }
            return entry
        }
        let start: KeyTiming.Start =
            switch try when.word(of: When.self) {
            case .duringPrompt: .promptBegan
            case .afterPrompt: .promptEnded
            case .late: .timedOut
            }
        var timing = KeyTiming(start, after: Self.afterDefault)
        if let node = section[.after] { timing.after = try node.duration() }
        if let node = section[.between] { timing.between = try node.duration() }
        return .timed(entry, timing)
    }

    private static func press(_ node: ScenarioNode) throws(ScenarioError) -> CalleePlan.Entry {
        let text = try node.text()
        switch Word(rawValue: text) {
        case .right: return .pin
        case .wrong: return .wrongPIN
        case .silence: return .silence
        case nil: break
        }
        guard text.allSatisfy({ "0123456789*#".contains($0) }) else {
            throw node.error(
                "must be right, wrong, silence, or keys of 0-9, * and #"
                    + NearWord.clause(for: text, among: Word.allCases.map(\.rawValue))
            )
        }
        guard text.count <= Self.keysMax else {
            throw node.error("must be at most \(Self.keysMax) keys")
        }
        return .keys(text)
    }
}
