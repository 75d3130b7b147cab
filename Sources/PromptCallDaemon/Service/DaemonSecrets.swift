internal import Cryptography
internal import DaemonConfiguration
internal import NexmoVoice
internal import PromptCallCore

/// What the files hold that the configuration names.
struct DaemonSecrets: Sendable {
    var profiles: [NexmoProfile] = []
    /// By profile; only those with a signature secret.
    var signatures: [String: WebhookSignature] = [:]
    var callbackSecret: CallbackSigningSecret?
    /// Who is believed beside those the system trusts, on the way to Nexmo.
    var authorities: CertificateAuthorities?

    /// Reads them all.
    ///
    /// - Throws: `ConfigurationError` that names the key and the path.
    init(
        _ configuration: DaemonConfiguration,
        files: SecretFiles
    ) throws(ConfigurationError) {
        for profile in configuration.profiles {
            self.profiles.append(
                NexmoProfile(
                    name: profile.name,
                    applicationID: profile.applicationID,
                    key: try Self.key(profile.privateKeyFile, files),
                    url: profile.url.description
                )
            )
            guard let file = profile.signatureSecretFile else { continue }
            self.signatures[profile.name] = WebhookSignature(
                secrets: try files.rotatingSecrets(in: file),
                applicationID: profile.applicationID,
                account: profile.statedAccount
            )
        }
        if let file = configuration.callbackSigningSecretFile {
            self.callbackSecret = try files.callbackSigningSecret(in: file)
        }
        if let file = configuration.nexmo.caFile {
            self.authorities = try Self.authorities(file, files)
        }
    }

    /// Reads the configured key of all seals: 32 bytes.
    ///
    /// - Throws: `ConfigurationError` that names the key and the path.
    static func sealingKey(
        _ file: SecretFile,
        _ files: SecretFiles
    ) throws(ConfigurationError) -> SealingKey {
        let bytes = try files.contents(of: file)
        guard bytes.count == SealingKey.length else {
            throw ConfigurationError(
                code: .configuration,
                setting: file.key,
                message: "'\(file.path)' must hold exactly \(SealingKey.length) random bytes"
            )
        }
        return SealingKey(bytes: bytes)
    }

    private static func authorities(
        _ file: SecretFile,
        _ files: SecretFiles
    ) throws(ConfigurationError) -> CertificateAuthorities {
        let pem = try files.contents(of: file)
        do throws(CertificateAuthorities.Fault) {
            return try CertificateAuthorities(pem: pem)
        } catch {
            throw ConfigurationError(
                code: .configuration,
                setting: file.key,
                message: "'\(file.path)' \(error)"
            )
        }
    }

    private static func key(
        _ file: SecretFile,
        _ files: SecretFiles
    ) throws(ConfigurationError) -> RSAPrivateKey {
        let pem = String(decoding: try files.contents(of: file), as: UTF8.self)
        do throws(CryptographyError) {
            return try RSAPrivateKey(pem: pem)
        } catch {
            throw ConfigurationError(
                code: .configuration,
                setting: file.key,
                message: "'\(file.path)' is no usable private key: \(error)"
            )
        }
    }
}
