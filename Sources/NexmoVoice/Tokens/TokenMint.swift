internal import Cryptography
package import PromptCallCore
internal import Synchronization

/// Makes the tokens that requests to Nexmo are signed with, one for each key.
///
/// A token is good for 15 minutes and used for five, or until Nexmo refuses it: a signature costs
/// more CPU than the rest of a request.
package final class TokenMint: Sendable {
    /// How long a token is used.
    package static let reuse: Duration = .seconds(300)
    /// Most keys remembered that came with calls; the one used longest ago gives way.
    package static let ownKeysMax = 1024

    private static let lifeSeconds: Int64 = 900
    /// How far `iat` is set back, for clocks that differ; harmless, and no skew is promised.
    private static let setBackSeconds: Int64 = 5

    /// Why there is no token.
    package enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        case unknownProfile(String)
        /// libcrypto's words on the key.
        case key(String)

        package var description: String {
            switch self {
            case .unknownProfile(let name): "There is no profile \(name)."
            case .key(let message): message
            }
        }
    }

    private struct Token {
        var text: String
        var madeAt: Timestamp
    }

    private struct OwnKey {
        var key: RSAPrivateKey
        var token: Token?
        var usedAt: Timestamp
    }

    private struct State {
        var profiles: [String: NexmoProfile]
        var profileTokens: [String: Token] = [:]
        /// By a digest of application and key.
        var ownKeys: [[UInt8]: OwnKey] = [:]
    }

    private let state: Mutex<State>
    private let makeTokenID: @Sendable () -> String

    /// Takes the configured keys, whose names must differ, and what makes a fresh UUID text.
    package init(profiles: [NexmoProfile], makeTokenID: @escaping @Sendable () -> String) {
        self.state = Mutex(State(profiles: Self.byName(profiles)))
        self.makeTokenID = makeTokenID
    }

    /// Takes the configured keys anew; tokens of the former ones are used no more.
    package func replace(profiles: [NexmoProfile]) {
        let profiles = Self.byName(profiles)
        self.state.withLock { state in
            state.profiles = profiles
            state.profileTokens = [:]
        }
    }

    /// Where the API is for these credentials; nil for the default.
    package func url(for credentials: CallCredentials) -> String? {
        switch credentials {
        case .profile(let name): self.state.withLock { $0.profiles[name]?.url }
        case .jwt, .privateKey: nil
        }
    }

    /// The token to send now; a caller's own is returned as it is.
    package func token(
        for credentials: CallCredentials,
        now: Timestamp
    ) throws(Fault) -> String {
        switch credentials {
        case .jwt(let token):
            return token
        case .profile(let name):
            let (profile, token) = self.state.withLock {
                ($0.profiles[name], $0.profileTokens[name])
            }
            guard let profile else { throw .unknownProfile(name) }
            if let token, Self.isFresh(token, now) { return token.text }
            let text = try self.mint(profile.applicationID, profile.key, now)
            self.state.withLock { state in
                // Not where the profiles were read anew meanwhile.
                guard state.profiles[name]?.key === profile.key else { return }
                state.profileTokens[name] = Token(text: text, madeAt: now)
            }
            return text
        case .privateKey(let applicationID, let pem):
            return try self.ownToken(applicationID, pem, now)
        }
    }

    /// Forgets a token that Nexmo refused; whether another try with a fresh one makes sense.
    package func invalidate(_ token: String, of credentials: CallCredentials) -> Bool {
        switch credentials {
        case .jwt:
            return false
        case .profile(let name):
            self.state.withLock { state in
                guard state.profileTokens[name]?.text == token else { return }
                state.profileTokens[name] = nil
            }
        case .privateKey(let applicationID, let pem):
            let digest = Self.digest(applicationID, pem)
            self.state.withLock { state in
                guard state.ownKeys[digest]?.token?.text == token else { return }
                state.ownKeys[digest]?.token = nil
            }
        }
        return true
    }

    private func ownToken(
        _ applicationID: String,
        _ pem: String,
        _ now: Timestamp
    ) throws(Fault) -> String {
        let digest = Self.digest(applicationID, pem)
        let known = self.state.withLock { state in
            state.ownKeys[digest]?.usedAt = now
            return state.ownKeys[digest]
        }
        if let token = known?.token, Self.isFresh(token, now) { return token.text }
        let key: RSAPrivateKey
        if let known {
            key = known.key
        } else {
            do { key = try RSAPrivateKey(pem: pem) } catch { throw .key(error.message) }
        }
        let text = try self.mint(applicationID, key, now)
        self.state.withLock { state in
            if state.ownKeys[digest] == nil, state.ownKeys.count >= Self.ownKeysMax,
                let oldest = state.ownKeys.min(by: { $0.value.usedAt < $1.value.usedAt })
            {
                state.ownKeys[oldest.key] = nil
            }
            let token = Token(text: text, madeAt: now)
            state.ownKeys[digest] = OwnKey(key: key, token: token, usedAt: now)
        }
        return text
    }

    private func mint(
        _ applicationID: String,
        _ key: RSAPrivateKey,
        _ now: Timestamp
    ) throws(Fault) -> String {
        let issuedAt = now.milliseconds / 1000 - Self.setBackSeconds
        var claims = JSONWriter()
        claims.object { claims in
            claims.member("application_id", applicationID)
            claims.member("iat", Int(issuedAt))
            claims.member("jti", self.makeTokenID())
            claims.member("exp", Int(issuedAt + Self.lifeSeconds))
        }
        do {
            return try JWT.sign(claims: claims.bytes, rs256: key)
        } catch {
            throw .key(error.message)
        }
    }

    /// Whether a token is to be used on; not where the clock was set back behind its making.
    private static func isFresh(_ token: Token, _ now: Timestamp) -> Bool {
        now >= token.madeAt && now < token.madeAt + self.reuse
    }

    private static func digest(_ applicationID: String, _ pem: String) -> [UInt8] {
        SHA256.digest(Array(applicationID.utf8) + [0] + Array(pem.utf8))
    }

    private static func byName(_ profiles: [NexmoProfile]) -> [String: NexmoProfile] {
        Dictionary(profiles.map { ($0.name, $0) }) { _, last in last }
    }
}
