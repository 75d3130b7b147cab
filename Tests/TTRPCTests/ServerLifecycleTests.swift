import Foundation
import Glibc
import Logging
import SwiftProtobuf
import TTRPC
import Testing

@Suite("TTRPCServer from listening to its end", .timeLimit(.minutes(1)))
struct ServerLifecycleTests {
    private func run(_ address: TTRPCServerConfiguration.Address) async throws {
        let server = TTRPCServer(
            configuration: TTRPCServerConfiguration(address: address),
            services: [.echo(EchoServer())],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await server.run()
    }

    /// A socket bound to a path, listening or not.
    private func socket(_ path: String, listens: Bool) -> CInt {
        let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        if listens { #expect(listen(descriptor, 8) == 0) }
        return descriptor
    }

    @Test(
        "The socket has its mode and goes with the server",
        arguments: [0o600, 0o660] as [UInt32]
    )
    func mode(mode: UInt32) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/s"
            try await withEchoServer({
                $0.address = .path(path)
                $0.socketMode = mode
                $0.socketGroupID = getgid()
            }) { _ in
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == Int(mode))
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("A stale socket is replaced")
    func stale() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/s"
            close(self.socket(path, listens: false))
            #expect(FileManager.default.fileExists(atPath: path))
            try await withEchoServer({ $0.address = .path(path) }) { _ in
                try await withTTRPCClient(TTRPCClientConfiguration(socketPath: path)) { client in
                    let reply = try await EchoClient(client).say(.with { $0.text = "a" })
                    #expect(reply.text == "a")
                }
            }
        }
    }

    @Test("A live socket is refused and left alone")
    func live() async throws {
        try await withEchoServer { running in
            let error = await #expect(throws: TTRPCError.self) {
                try await self.run(.path(running.path))
            }
            #expect(error?.code == .socketInUse)
            #expect(error?.message.contains(running.path) == true)
            try await withTTRPCClient(TTRPCClientConfiguration(socketPath: running.path)) {
                client in
                let reply = try await EchoClient(client).say(.with { $0.text = "a" })
                #expect(reply.text == "a")
            }
        }
    }

    @Test("What is not a socket is refused and left alone")
    func notASocket() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/file"
            try Data("x".utf8).write(to: URL(filePath: path))
            let error = await #expect(throws: TTRPCError.self) { try await self.run(.path(path)) }
            #expect(error?.code == .notASocket)
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("A path that fits no address, or whose folder is missing, is refused with words")
    func badPath() async throws {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        let tooLong = await #expect(throws: TTRPCError.self) { try await self.run(.path(long)) }
        #expect(tooLong?.code == .socketPathTooLong)
        let client = TTRPCClient(configuration: TTRPCClientConfiguration(socketPath: long))
        let clientError = await #expect(throws: TTRPCError.self) { try await client.connect() }
        #expect(clientError?.code == .socketPathTooLong)
        await client.close()
        let missing = await #expect(throws: TTRPCError.self) {
            try await self.run(.path("/nonexistent/s"))
        }
        #expect(missing?.code == .cannotListen)
        #expect(missing?.errorNumber == ENOENT)
    }

    @Test("Connect errors name the path and say what is wrong")
    func connectErrors() async throws {
        try await withTemporaryFolder { folder in
            let stale = folder + "/stale"
            close(self.socket(stale, listens: false))
            for (path, number) in [(folder + "/missing", ENOENT), (stale, ECONNREFUSED)] {
                try await withTTRPCClient(TTRPCClientConfiguration(socketPath: path)) { client in
                    let error = await #expect(throws: TTRPCError.self) {
                        try await client.connect()
                    }
                    #expect(error?.code == .notListening)
                    #expect(error?.errorNumber == number)
                    #expect(error?.message.contains(path) == true)
                }
            }
        }
    }

    @Test("A socket that listens already is served, as systemd hands it over")
    func descriptor() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/s"
            let descriptor = self.socket(path, listens: true)
            try await withEchoServer({ $0.address = .descriptor(descriptor) }) { _ in
                try await withTTRPCClient(TTRPCClientConfiguration(socketPath: path)) { client in
                    let reply = try await EchoClient(client).say(.with { $0.text = "a" })
                    #expect(reply.text == "a")
                }
            }
            // The file is not ours to remove.
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("A graceful shutdown refuses new calls and lets running ones end")
    func graceful() async throws {
        try await withEchoServer { running in
            try await RawConnection.with(running.path) { raw in
                try await raw.request(1, "Say", "hold")
                try await running.journal.wait(for: "holding")
                running.server.beginGracefulShutdown()
                // The shutdown reaches the connection a moment later; until then calls are taken.
                var id: UInt32 = 3
                while true {
                    try await raw.request(id, "Say", "new")
                    let frame = try await raw.next()
                    if frame?.code == .unavailable { break }
                    #expect(frame?.text == "new")
                    id += 2
                }
                running.journal.note("release")
                let held = try await raw.next()
                #expect(held?.streamID == 1)
                #expect(held?.text == "hold")
                let end = try await raw.next()
                #expect(end == nil)
            }
        }
    }

    @Test("After the grace what still runs is cut")
    func grace() async throws {
        try await withEchoServer({ $0.shutdownGrace = .milliseconds(50) }) { running in
            try await RawConnection.with(running.path) { raw in
                try await raw.request(1, "Say", "wait")
                try await running.journal.wait(for: "waiting")
                running.server.beginGracefulShutdown()
                let end = try await raw.next()
                #expect(end == nil)
            }
            try await running.journal.wait(for: "cancelled")
        }
    }

    @Test("A shutdown that was asked for before the start ends the server at once")
    func earlyShutdown() async throws {
        try await withTemporaryFolder { folder in
            let server = TTRPCServer(
                configuration: TTRPCServerConfiguration(address: .path(folder + "/s")),
                services: [],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            server.beginGracefulShutdown()
            try await server.run()
        }
    }
}
