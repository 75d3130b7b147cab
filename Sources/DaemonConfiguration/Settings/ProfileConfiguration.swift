/// A Nexmo key that the daemon may use by name (key `profiles.NAME`).
package struct ProfileConfiguration: Equatable, Sendable {
    /// 1 to 64 letters, digits, `.`, `_` or `-`.
    package var name: String
    /// The Nexmo application. Key `application-id`.
    package var applicationID: String
    /// PEM file of the application's private key. Key `private-key-file`.
    package var privateKeyFile: SecretFile
    /// Secret that signed webhooks are checked with. Key `signature-secret-file`.
    package var signatureSecretFile: SecretFile?
    /// The Nexmo API key as stated, which webhooks must then carry. Key `account`.
    package var statedAccount: String?
    /// Most calls placed in any rolling second for the whole account. Key `calls-per-second`;
    /// default: what another profile of the account states, else `nexmo.calls-per-second`.
    package var callsPerSecond: Int
    /// Number that rings where a call names none: E.164 digits without `+`. Key `from`.
    package var from: String?
    /// Where Nexmo's Voice API is for this application. Key `url`, default `nexmo.url`.
    package var url: HTTPURL
    /// When calls may be placed. Key `calling-window`, default: at any time.
    package var callingWindow: CallingWindow?
    /// How answering machines are found. Key `machine-detection`, default `advanced`.
    package var machineDetection: MachineDetectionSetting

    package init(
        name: String,
        applicationID: String,
        privateKeyFile: SecretFile,
        signatureSecretFile: SecretFile? = nil,
        statedAccount: String? = nil,
        callsPerSecond: Int,
        from: String? = nil,
        url: HTTPURL,
        callingWindow: CallingWindow? = nil,
        machineDetection: MachineDetectionSetting = .advanced
    ) {
        self.name = name
        self.applicationID = applicationID
        self.privateKeyFile = privateKeyFile
        self.signatureSecretFile = signatureSecretFile
        self.statedAccount = statedAccount
        self.callsPerSecond = callsPerSecond
        self.from = from
        self.url = url
        self.callingWindow = callingWindow
        self.machineDetection = machineDetection
    }

    /// Whose rate a call uses up: the stated account, else the application.
    package var account: String { self.statedAccount ?? self.applicationID }
}
