import ArgumentParser
import PromptCallAPI
import SwiftProtobuf

/// With which Nexmo credentials the call is placed.
struct CredentialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A key of the daemon, by name. (default: default)", valueName: "name")
    )
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "A Nexmo JWT, or - to read it from standard input, after the PIN if that is too.",
            valueName: "token"
        )
    )
    var jwt: String?

    @Option(help: ArgumentHelp("A Nexmo application, with --private-key.", valueName: "id"))
    var appID: String?

    @Option(
        help: ArgumentHelp("The application's private key, a PEM file.", valueName: "file"),
        completion: .file()
    )
    var privateKey: String?

    func validate() throws {
        guard (self.appID == nil) == (self.privateKey == nil) else {
            throw ValidationError("--app-id and --private-key go together.")
        }
        guard [self.profile, self.jwt, self.appID].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError(
                "Only one of --profile, --jwt and --app-id with --private-key can be given."
            )
        }
        // Taken as "not stated", they would place the call with another key than was meant.
        if self.profile == "" { throw ValidationError("--profile is empty.") }
        if self.jwt == "" { throw ValidationError("--jwt is empty.") }
        if self.appID == "" { throw ValidationError("--app-id is empty.") }
    }

    func apply(
        to request: inout Promptcall_V1_SubmitRequest,
        from surroundings: CommandSurroundings
    ) throws {
        if let profile = self.profile { request.credentials.profile = profile }
        if let jwt = try SecretArgument.value(self.jwt, of: "--jwt", surroundings) {
            request.credentials.jwt = jwt
        }
        if let appID = self.appID, let path = self.privateKey {
            request.credentials.privateKey = try .with {
                $0.applicationID = appID
                $0.pem = try PrivateKeyFile.read(path)
            }
        }
    }
}
