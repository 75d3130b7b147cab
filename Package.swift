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
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.4"),
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
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
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

    // What a call is: its values, its machine, and the protocols of its edges. No I/O.
    .target(name: "PromptCallCore", swiftSettings: settings),
    .testTarget(
        name: "PromptCallCoreTests",
        dependencies: ["PromptCallCore"],
        swiftSettings: settings
    ),

    // How the parts of a call are stored, whatever the store.
    .target(
        name: "CallRecordCoding",
        dependencies: ["PromptCallCore"],
        swiftSettings: settings
    ),
    .testTarget(
        name: "CallRecordCodingTests",
        dependencies: ["CallRecordCoding", "CallStoreConformance", "PromptCallCore"],
        swiftSettings: settings
    ),

    // The call store of one daemon, in SQLite.
    .target(
        name: "SQLiteCallStore",
        dependencies: [
            "CSQLite", "CallRecordCoding", "Cryptography", "PromptCallCore", .dequeModule, .logging,
        ],
        swiftSettings: settings
    ),
    // What every CallStore must do, and made-up calls to do it with.
    .target(
        name: "CallStoreConformance",
        dependencies: ["PromptCallCore"],
        path: "Tests/CallStoreConformance",
        swiftSettings: settings
    ),
    .testTarget(
        name: "SQLiteCallStoreTests",
        dependencies: [
            "CallStoreConformance", "Cryptography", "PromptCallCore", "SQLiteCallStore", .logging,
        ],
        resources: [.copy("Fixtures")],
        swiftSettings: settings
    ),

    // The engine: inbox, group commit, deadlines, placer, courier and event feed.
    .target(
        name: "CallEngine",
        dependencies: [
            "PromptCallCore", .dequeModule, .heapModule, .logging, .serviceLifecycle,
        ],
        swiftSettings: settings
    ),
    // A store in memory, a scripted Nexmo and a harness that drives the engine on one thread.
    .target(
        name: "EngineTestSupport",
        dependencies: ["CallEngine", "CallSimulation", "PromptCallCore", .logging],
        path: "Tests/EngineTestSupport",
        swiftSettings: settings
    ),
    .testTarget(
        name: "CallEngineTests",
        dependencies: [
            "CallEngine", "CallSimulation", "EngineTestSupport", "PromptCallCore", .heapModule,
            .logging,
        ],
        swiftSettings: settings
    ),

    // The engine and the store with a world around them, all drawn from one seed.
    .target(
        name: "CallSimulation",
        dependencies: [
            "CSQLite", "CallEngine", "Cryptography", "PromptCallCore", "SQLiteCallStore",
            .heapModule,
        ],
        swiftSettings: settings
    ),
    .testTarget(
        name: "SimulationTests",
        dependencies: ["CallSimulation", "CSQLite"],
        swiftSettings: settings
    ),
    // The simulation's command line.
    .executableTarget(
        name: "promptcall-simulate",
        dependencies: ["CallSimulation", .argumentParser],
        swiftSettings: settings
    ),

    // Nexmo's side: NCCOs, webhooks decoded and checked, tokens, and the client of its REST API.
    .target(
        name: "NexmoVoice",
        dependencies: [
            "Cryptography", "PromptCallCore", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1,
            .nioSSL,
        ],
        swiftSettings: settings
    ),
    // Servers over bare TCP: one that reads, answers and cuts at a given byte, a proxy, and TLS.
    .target(
        name: "WireTestSupport",
        dependencies: ["NexmoSimulator", .nioCore, .nioPosix, .nioSSL],
        path: "Tests/WireTestSupport",
        swiftSettings: settings
    ),
    .testTarget(
        name: "NexmoVoiceTests",
        dependencies: [
            "Cryptography", "NexmoSimulator", "NexmoVoice", "PromptCallCore", "WebhookSidecar",
            "WireTestSupport", .logging, .nioCore, .nioHTTP1, .nioPosix, .nioSSL,
            .serviceLifecycle,
        ],
        resources: [.copy("Resources")],
        swiftSettings: settings
    ),

    // A Nexmo Voice API that runs on this machine: judges requests, plays callees, posts webhooks.
    .target(
        name: "NexmoSimulator",
        dependencies: [
            "Cryptography", .asyncHTTPClient, .dequeModule, .hummingbird, .logging, .nioCore,
            .nioHTTP1, .serviceLifecycle,
        ],
        swiftSettings: settings
    ),
    .testTarget(
        name: "NexmoSimulatorTests",
        dependencies: [
            "Cryptography", "NexmoScenario", "NexmoSimulator", .asyncHTTPClient, .hummingbird,
            .logging, .nioCore, .nioHTTP1, .serviceLifecycle,
        ],
        swiftSettings: settings
    ),

    // Scenario files: which callee a number reaches and what goes wrong, read from YAML.
    .target(
        name: "NexmoScenario",
        dependencies: ["NexmoSimulator", .yams],
        swiftSettings: settings
    ),
    .testTarget(
        name: "NexmoScenarioTests",
        dependencies: ["NexmoScenario", "NexmoSimulator", "nexmo-sim"],
        swiftSettings: settings
    ),

    // The HTTP server that takes Nexmo's webhooks and hands them to a gateway.
    .target(
        name: "WebhookSidecar",
        dependencies: [.logging, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle],
        swiftSettings: settings
    ),
    .testTarget(
        name: "WebhookSidecarTests",
        dependencies: [
            "WebhookSidecar", .logging, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
        ],
        swiftSettings: settings
    ),

    // ttrpc 1.2: frames, stream and connection machines, server and client. Knows no call.
    .target(
        name: "TTRPC",
        dependencies: [.logging, .nioCore, .nioPosix, .swiftProtobuf],
        swiftSettings: settings
    ),
    .testTarget(
        name: "TTRPCTests",
        dependencies: ["TTRPC", .logging, .nioCore, .nioPosix, .swiftProtobuf],
        exclude: ["Protos"],
        swiftSettings: settings
    ),

    // Makes ttrpc stubs from .proto files, as a plugin of protoc.
    .executableTarget(
        name: "protoc-gen-swift-ttrpc",
        dependencies: [.swiftProtobuf, .swiftProtobufPluginLibrary],
        swiftSettings: settings
    ),
    .testTarget(
        name: "ProtocGenSwiftTTRPCTests",
        dependencies: [
            "protoc-gen-swift-ttrpc", .swiftProtobuf, .swiftProtobufPluginLibrary,
        ],
        exclude: ["Golden"],
        swiftSettings: settings
    ),

    // promptcall's messages and ttrpc stubs, generated from proto/ (`make proto`).
    .target(
        name: "PromptCallAPI",
        dependencies: ["TTRPC", .swiftProtobuf],
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

    // Structured log lines on standard error, for all programs.
    .target(name: "StructuredLog", dependencies: [.logging], swiftSettings: settings),
    .testTarget(
        name: "StructuredLogTests",
        dependencies: ["StructuredLog", .logging],
        swiftSettings: settings
    ),

    // The daemon: RPC handlers, callers, callbacks, and how all parts are put together.
    .target(
        name: "PromptCallDaemon",
        dependencies: [
            "CallEngine", "Cryptography", "DaemonConfiguration", "NexmoVoice", "PromptCallAPI",
            "PromptCallCore", "SQLiteCallStore", "StructuredLog", "TTRPC", "WebhookSidecar",
            .asyncHTTPClient, .logging, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            .swiftProtobuf, .unixSignals,
        ],
        swiftSettings: settings
    ),
    .testTarget(
        name: "PromptCallDaemonTests",
        dependencies: [
            "CallEngine", "Cryptography", "DaemonConfiguration", "EngineTestSupport", "NexmoVoice",
            "PromptCallAPI", "PromptCallCore", "PromptCallDaemon", "SQLiteCallStore", "TTRPC",
            "WebhookSidecar", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1, .nioPosix,
            .swiftProtobuf,
        ],
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

    // promptcalld.
    .executableTarget(
        name: "promptcalld",
        dependencies: [
            "DaemonConfiguration", "PromptCallDaemon", .argumentParser,
        ],
        swiftSettings: settings
    ),

    // The webhook sidecar as a process of its own.
    .executableTarget(
        name: "promptcall-sidecar",
        dependencies: [
            "DaemonConfiguration", "PromptCallAPI", "StructuredLog", "TTRPC", "WebhookSidecar",
            .argumentParser, .logging, .nioCore, .nioPosix, .serviceLifecycle, .unixSignals,
        ],
        swiftSettings: settings
    ),

    // The program `promptcall`.
    .executableTarget(
        name: "promptcall",
        dependencies: ["PromptCallCommand", .unixSignals],
        swiftSettings: settings
    ),

    // The simulator's command line.
    .executableTarget(
        name: "nexmo-sim",
        dependencies: [
            "Cryptography", "NexmoScenario", "NexmoSimulator", .argumentParser, .logging,
            .serviceLifecycle, .unixSignals,
        ],
        swiftSettings: settings
    ),

    // The programs together, over real sockets, with real processes.
    .testTarget(
        name: "EndToEndTests",
        dependencies: [
            "Cryptography", "NexmoScenario", "NexmoSimulator", "PromptCallAPI", "TTRPC",
            "WireTestSupport", "nexmo-sim", "promptcall", "promptcall-sidecar", "promptcalld",
            .hummingbird, .logging, .nioCore, .nioPosix, .serviceLifecycle, .swiftProtobuf,
        ],
        swiftSettings: settings
    ),
]

let package = Package(
    name: "promptcall",
    products: [
        .executable(name: "nexmo-sim", targets: ["nexmo-sim"]),
        .executable(name: "promptcall", targets: ["promptcall"]),
        .executable(name: "promptcall-simulate", targets: ["promptcall-simulate"]),
        .executable(name: "promptcall-sidecar", targets: ["promptcall-sidecar"]),
        .executable(name: "promptcalld", targets: ["promptcalld"]),
        .library(name: "PromptCallAPI", targets: ["PromptCallAPI"]),
        .library(name: "TTRPC", targets: ["TTRPC"]),
    ],
    dependencies: dependencies,
    targets: targets
)

// `make coverage` builds the core alone, which needs no other package.
if Context.environment["PROMPTCALL_PACKAGE"] == "core" {
    package.products = []
    package.dependencies = []
    package.targets.removeAll { !$0.name.hasPrefix("PromptCallCore") }
}
