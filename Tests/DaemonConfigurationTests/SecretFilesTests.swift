import DaemonConfiguration
import Testing

@Suite("Secret files")
struct SecretFilesTests {
    struct Missing: Error, CustomStringConvertible {
        let description = "No such file or directory"
    }

    private static func files(
        _ files: [String: String],
        credentials: String? = nil
    ) -> SecretFiles {
        SecretFiles(environment: credentials.map { ["CREDENTIALS_DIRECTORY": $0] } ?? [:]) { path in
            guard let text = files[path] else { throw Missing() }
            return Array(text.utf8)
        }
    }

    private static func file(_ path: String) -> SecretFile {
        SecretFile(path: path, key: "key-file")
    }

    @Test(
        "One closing newline is lost",
        arguments: [("a", "a"), ("a\n", "a"), ("a\n\n", "a\n"), ("a\r\n", "a"), ("\na ", "\na ")]
    )
    func newline(text: String, secret: String) throws {
        let files = Self.files(["/k": text])
        #expect(try files.secret(in: Self.file("/k")) == Array(secret.utf8))
        #expect(try files.contents(of: Self.file("/k")) == Array(text.utf8))
    }

    @Test(
        "Two secrets stand on a line each",
        arguments: [
            ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]),
            (" a\n b ", [" a", " b "]),
        ]
    )
    func rotation(text: String, secrets: [String]) throws {
        let files = Self.files(["/k": text])
        let expected = secrets.map { Array($0.utf8) }
        #expect(try files.rotatingSecrets(in: Self.file("/k")) == expected)
    }

    @Test(
        "No empty line, and no third",
        arguments: ["", "\n", "a\n\n", "a\n\nb", "\na", "a\nb\nc"]
    )
    func noRotation(text: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Self.files(["/k": text]).rotatingSecrets(in: Self.file("/k"))
        }
        #expect(error?.setting == "key-file")
        #expect(error?.code == .configuration)
    }

    @Test("A name without a slash is also looked up among the credentials")
    func credentials() throws {
        let files = Self.files(
            ["/cred/k": "one", "here": "two", "/cred/here": "three"],
            credentials: "/cred"
        )
        #expect(try files.secret(in: Self.file("k")) == Array("one".utf8))
        #expect(try files.secret(in: Self.file("here")) == Array("two".utf8))
        for path in ["/k", "./k", ".."] {
            #expect(throws: ConfigurationError.self) { try files.secret(in: Self.file(path)) }
        }
    }

    @Test("A file that is missing is named with its key and every place")
    func missing() {
        let alone = #expect(throws: ConfigurationError.self) {
            try Self.files([:], credentials: "").secret(in: Self.file("k"))
        }
        #expect(alone?.description == "key-file: 'k' cannot be read: No such file or directory")
        #expect(alone?.code == .configuration)
        let both = #expect(throws: ConfigurationError.self) {
            try Self.files([:], credentials: "/cred").secret(in: Self.file("k"))
        }
        #expect(
            both?.description
                == "key-file: 'k' cannot be read: No such file or directory; "
                + "'/cred/k' cannot be read: No such file or directory"
        )
    }

    @Test("An empty file holds no secret", arguments: ["", "\n"])
    func empty(text: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Self.files(["/k": text]).secret(in: Self.file("/k"))
        }
        #expect(error?.description == "key-file: '/k' is empty; it must hold a secret")
    }

    @Test("A callback secret is whsec_ and base64")
    func callbackSecret() throws {
        let secret = try Self.files(["/k": "whsec_aHVzaGh1c2g=\n"])
            .callbackSigningSecret(in: Self.file("/k"))
        #expect(secret.bytes == Array("hushhush".utf8))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(text.contains("<8 bytes>"))
            #expect(!text.contains("104"))
        }
    }

    @Test(
        "Anything else is refused and not shown",
        arguments: [
            ("aHVzaGh1c2g=", "does not start with whsec_"),
            ("whsec_aHVzaGh1c2g", "is not padded base64 behind whsec_"),
            ("whsec_aHVza Gh1c2g=", "is not padded base64 behind whsec_"),
            ("whsec_aHVzaGh1c2g=\n\n", "is not padded base64 behind whsec_"),
            ("whsec_", "has nothing behind whsec_"),
        ]
    )
    func notCallbackSecret(text: String, why: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try Self.files(["/k": text]).callbackSigningSecret(in: Self.file("/k"))
        }
        #expect(
            error?.description
                == "key-file: what '/k' holds \(why); it must be whsec_ and base64"
        )
    }

    @Test("Files of the disk are read, and what is none says why")
    func disk() throws {
        #expect(try DiskFile.text(at: #filePath).hasPrefix("import DaemonConfiguration\n"))
        #expect(throws: DiskFile.Failure.self) { try DiskFile.bytes(at: "/") }
        #expect(throws: DiskFile.Failure(description: "longer than 1048576 bytes")) {
            try DiskFile.bytes(at: "/dev/zero")
        }
        let missing = #expect(throws: DiskFile.Failure.self) {
            try DiskFile.bytes(at: "/nowhere/at/all")
        }
        #expect(missing?.description == "No such file or directory")
    }
}
