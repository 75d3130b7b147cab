import Foundation
import Glibc
import Testing

@testable import PromptCallDaemon

@Suite("Telling systemd")
struct SystemdNotifierTests {
    @Test("One datagram is sent to the socket, of the file system or abstract")
    func sends() throws {
        let name = "promptcall-\(UUID().uuidString)"
        for path in ["\(NSTemporaryDirectory())/\(name)", "@\(name)"] {
            let socket = try NotifySocket(path: path)
            let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": path])
            notifier.notify("READY=1\n")
            notifier.notify("STOPPING=1\n")
            #expect(socket.receive() == "READY=1\n")
            #expect(socket.receive() == "STOPPING=1\n")
            socket.close(path)
        }
    }

    @Test(
        "Nobody there is no failure",
        arguments: ["", "/nowhere/at/all", String(repeating: "a", count: 200)]
    )
    func nobody(_ path: String) {
        SystemdNotifier(environment: ["NOTIFY_SOCKET": path]).notify("READY=1\n")
        SystemdNotifier(environment: [:]).notify("READY=1\n")
    }
}

/// What systemd listens on.
private struct NotifySocket {
    private let descriptor: Int32

    init(path: String) throws {
        self.descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(self.descriptor >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = path.hasPrefix("@") ? [0] + path.utf8.dropFirst() : Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let descriptor = self.descriptor
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length)
            }
        }
        try #require(bound == 0)
    }

    /// The next datagram; nil where none has come.
    func receive() -> String? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = recv(self.descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    func close(_ path: String) {
        Glibc.close(self.descriptor)
        if !path.hasPrefix("@") { unlink(path) }
    }
}
