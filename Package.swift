// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let dequeModule = product(name: "DequeModule", package: "swift-collections")
    static let heapModule = product(name: "HeapModule", package: "swift-collections")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let serviceLifecycle = product(
        name: "ServiceLifecycle",
        package: "swift-service-lifecycle"
    )
    static let swiftProtobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let swiftProtobufPluginLibrary = product(
        name: "SwiftProtobufPluginLibrary",
        package: "swift-protobuf"
    )
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}

let targets: [Target] = [
    // OpenSSL's libcrypto.
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // SQLite.
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // RSA and HMAC signatures, JWTs, seals and random bytes, all done by libcrypto.
    .target(name: "Cryptography", dependencies: ["COpenSSL"], swiftSettings: settings),
    .testTarget(
        name: "CryptographyTests",
        dependencies: ["Cryptography"],
        swiftSettings: settings
    ),

    // The daemon's settings: flags, environment and the YAML file read into one checked value.
    .target(
        name: "DaemonConfiguration",
        dependencies: [.logging, .yams],
        swiftSettings: settings
    ),
    .testTarget(
        name: "DaemonConfigurationTests",
        dependencies: ["DaemonConfiguration", .logging],
        swiftSettings: settings
    ),

    // What a call is: its values, its machine, and the protocols of its edges. No I/O.
    .target(name: "PromptCallCore", swiftSettings: settings),

    // The engine: inbox, group commit, deadlines, placer, courier and event feed.
    .target(
        name: "CallEngine",
        dependencies: [
            "PromptCallCore", .dequeModule, .heapModule, .logging, .serviceLifecycle,
        ],
        swiftSettings: settings
    ),

    // ttrpc 1.2: frames, stream and connection machines, server and client. Knows no call.
    .target(
        name: "TTRPC",
        dependencies: [.logging, .nioCore, .nioPosix, .swiftProtobuf],
        swiftSettings: settings
    ),

    // Makes ttrpc stubs from .proto files, as a plugin of protoc.
    .executableTarget(
        name: "protoc-gen-swift-ttrpc",
        dependencies: [.swiftProtobuf, .swiftProtobufPluginLibrary],
        swiftSettings: settings
    ),

    // promptcall's messages and ttrpc stubs, generated from proto/ (`make proto`).
    .target(
        name: "PromptCallAPI",
        dependencies: ["TTRPC", .swiftProtobuf],
        swiftSettings: settings
    ),

    // The command line for people and scripts, apart from its process.
    .target(
        name: "PromptCallCommand",
        dependencies: ["PromptCallAPI", "TTRPC", .argumentParser, .swiftProtobuf],
        swiftSettings: settings
    ),
    .testTarget(
        name: "PromptCallCommandTests",
        dependencies: [
            "PromptCallAPI", "PromptCallCommand", "TTRPC", .argumentParser, .logging,
            .swiftProtobuf,
        ],
        swiftSettings: settings
    ),

    // The program `promptcall`.
    .executableTarget(
        name: "promptcall",
        dependencies: ["PromptCallCommand", .unixSignals],
        swiftSettings: settings
    ),
]

let package = Package(
    name: "promptcall",
    products: [
        .executable(name: "promptcall", targets: ["promptcall"]),
        .library(name: "PromptCallAPI", targets: ["PromptCallAPI"]),
        .library(name: "TTRPC", targets: ["TTRPC"]),
    ],
    dependencies: dependencies,
    targets: targets
)
