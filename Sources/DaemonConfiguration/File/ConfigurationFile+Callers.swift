extension ConfigurationFile {
    private enum CallerKey: String, CaseIterable {
        case name
        case uid
        case gid
        case may
        case profiles
        case submitsPerSecond = "submits-per-second"
        case queuedMax = "queued-max"
        case callbackHosts = "callback-hosts"
    }

    /// Numbers of users and groups; the largest is not one of them (POSIX: `(uid_t)-1`).
    private static let identityRange = 0...Int(UInt32.max - 1)
    private static let submitsRange = 1...1_000_000
    private static let queuedRange = 1...100_000_000
    private static let defaultProfile = "default"

    /// Reads the key `callers`, after the profiles that it names.
    func readCallers(_ node: FileNode) throws(ConfigurationError) -> [CallerConfiguration] {
        var callers: [CallerConfiguration] = []
        for item in try node.items() {
            let section = try item.section(of: CallerKey.self)
            let caller = try self.readCaller(section)
            for (index, earlier) in callers.enumerated() {
                guard earlier.name != caller.name else {
                    throw item.origin.refused(
                        "has the name of \(node.path)[\(index)], '\(caller.name)'; names are unique"
                    )
                }
                guard earlier.identity != caller.identity else {
                    throw item.origin.refused(
                        "is for the same uid or gid as \(node.path)[\(index)], which always wins; "
                            + "make them one"
                    )
                }
            }
            callers.append(caller)
        }
        guard !callers.isEmpty else {
            throw node.origin.refused(
                "is an empty list, so nobody could connect; without the key the daemon's own user "
                    + "and root can"
            )
        }
        return callers
    }

    private func readCaller(
        _ section: FileSection<CallerKey>
    ) throws(ConfigurationError) -> CallerConfiguration {
        CallerConfiguration(
            name: try section.required(.name).value(SettingText.name),
            identity: try Self.readIdentity(section),
            may: Set(
                try section.required(.may).values { text throws(InvalidValue) in
                    try SettingText.word(text, of: Permission.self)
                }
            ),
            profiles: .named(try self.readProfileNames(section[.profiles])),
            submitsPerSecond: try section[.submitsPerSecond]?.integer(in: Self.submitsRange),
            queuedMax: try section[.queuedMax]?.integer(in: Self.queuedRange),
            callbackHosts: try section[.callbackHosts]?.values(HostPattern.init) ?? []
        )
    }

    private static func readIdentity(
        _ section: FileSection<CallerKey>
    ) throws(ConfigurationError) -> CallerConfiguration.Identity {
        switch (section[.uid], section[.gid]) {
        case (let node?, nil):
            return .user(UInt32(try node.integer(in: Self.identityRange)))
        case (nil, let node?):
            return .group(UInt32(try node.integer(in: Self.identityRange)))
        case (nil, nil):
            throw section.node.origin.refused("lacks a uid or gid; state one of them")
        case (_?, _?):
            throw section.node.origin.refused("has a uid and a gid; state only one of them")
        }
    }

    private func readProfileNames(_ node: FileNode?) throws(ConfigurationError) -> [String] {
        let known = self.profiles.map(\.name)
        guard let node else { return known.filter { $0 == Self.defaultProfile } }
        return try node.values { name throws(InvalidValue) in
            let name = try SettingText.name(name)
            guard known.contains(name) else {
                throw InvalidValue(
                    "'\(name)' is not a profile of this file"
                        + Suggestion.clause(for: name, among: known)
                )
            }
            return name
        }
    }
}
