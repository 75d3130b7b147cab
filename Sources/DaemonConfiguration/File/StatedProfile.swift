/// A profile as the file states it, before defaults from elsewhere are filled in.
struct StatedProfile {
    var name: String
    var applicationID: String
    var privateKeyFile: SecretFile
    var signatureSecretFile: SecretFile?
    var account: String?
    var callsPerSecond: SettingLayer.Given<Int>?
    var from: String?
    var url: SettingLayer.Given<HTTPURL>?
    var callingWindow: CallingWindow?
    var machineDetection: MachineDetectionSetting?

    /// Whose rate the profile shares.
    var rateAccount: String { self.account ?? self.applicationID }
}
