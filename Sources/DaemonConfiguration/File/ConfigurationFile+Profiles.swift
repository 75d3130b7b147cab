extension ConfigurationFile {
    private enum ProfileKey: String, CaseIterable {
        case applicationID = "application-id"
        case privateKeyFile = "private-key-file"
        case signatureSecretFile = "signature-secret-file"
        case account
        case callsPerSecond = "calls-per-second"
        case from
        case url
        case callingWindow = "calling-window"
        case machineDetection = "machine-detection"
    }

    /// Reads the key `profiles`, sorted by name.
    mutating func readProfiles(_ node: FileNode) throws(ConfigurationError) -> [StatedProfile] {
        var profiles: [StatedProfile] = []
        for (name, node) in try node.entries() {
            do {
                _ = try SettingText.name(name)
            } catch {
                throw node.origin.refused(error.message)
            }
            profiles.append(try self.readProfile(name, node))
        }
        try Self.checkRates(profiles)
        return profiles.sorted { $0.name < $1.name }
    }

    private mutating func readProfile(
        _ name: String,
        _ node: FileNode
    ) throws(ConfigurationError) -> StatedProfile {
        let section = try node.section(of: ProfileKey.self)
        return StatedProfile(
            name: name,
            applicationID: try section.required(.applicationID).value(SettingText.applicationID),
            privateKeyFile: try section.required(.privateKeyFile).secretFile(),
            signatureSecretFile: try section[.signatureSecretFile]?.secretFile(),
            account: try section[.account]?.value(SettingText.account),
            callsPerSecond: try section[.callsPerSecond].map { node throws(ConfigurationError) in
                .init(
                    value: try node.integer(in: SettingLayer.callsPerSecondRange),
                    origin: node.origin
                )
            },
            from: try section[.from]?.value { text throws(InvalidValue) in
                try SettingText.digits(text, what: "a phone number")
            },
            url: try section[.url].map { node throws(ConfigurationError) in
                .init(value: try node.value(HTTPURL.init), origin: node.origin)
            },
            callingWindow: try section[.callingWindow]?.value(CallingWindow.init),
            machineDetection: try section[.machineDetection]?
                .value { text throws(InvalidValue) in
                    try SettingText.word(text, of: MachineDetectionSetting.self)
                }
        )
    }

    /// Profiles of one account share its rate, so they cannot state different ones.
    private static func checkRates(_ profiles: [StatedProfile]) throws(ConfigurationError) {
        var first: [String: StatedProfile] = [:]
        for profile in profiles {
            guard let rate = profile.callsPerSecond else { continue }
            guard let other = first[profile.rateAccount] else {
                first[profile.rateAccount] = profile
                continue
            }
            guard other.callsPerSecond?.value == rate.value else {
                throw rate.origin.refused(
                    "differs from profiles.\(other.name).calls-per-second, but both profiles are "
                        + "of one account and share its rate; state the same or only one"
                )
            }
        }
    }
}
