import CallStoreConformance
import Foundation
import PromptCallCore
import SQLiteCallStore
import Testing

/// A file system of a few MiB, where the machine lets a test have one.
private struct SmallFileSystem {
    let path: String

    /// Whether one can be mounted here.
    static let isAvailable: Bool = {
        guard let directory = try? TemporaryDirectory() else { return false }
        defer { directory.remove() }
        guard let disk = try? SmallFileSystem(at: directory.path, mebibytes: 1) else {
            return false
        }
        disk.unmount()
        return true
    }()

    init(at path: String, mebibytes: Int) throws {
        self.path = path
        let size = "size=\(mebibytes)m"
        try Self.run(["mount", "-t", "tmpfs", "-o", size, "promptcall-test", path])
    }

    func unmount() {
        // A test has said what is wrong by now.
        try? Self.run(["umount", "--lazy", self.path])
    }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}

@Suite("Disk")
struct DiskTests {
    @Test(
        "A full disk refuses, keeps what it has, and takes more once there is room",
        .enabled(if: SmallFileSystem.isAvailable, "needs to mount a file system")
    )
    func full() async throws {
        try await StoreFiles.withDirectory { directory in
            let disk = try SmallFileSystem(at: directory.path, mebibytes: 6)
            defer { disk.unmount() }
            let filler = "\(directory.path)/filler"
            try Data(count: 3 << 20).write(to: URL(fileURLWithPath: filler))
            let data = "\(directory.path)/data"
            var taken = 0
            try await StoreFiles.withStore(data) { store in
                taken = try await Self.fill(store)
                // Nothing of what was refused is there, and what was taken is.
                #expect(try await store.counts().stages == [.queued: taken * 10])
                let error = await #expect(throws: StoreError.self) {
                    try await store.backup(
                        to: "\(directory.path)/backup",
                        key: StoreFiles.key
                    )
                }
                #expect(error?.code == .unavailable || error?.code == .directoryRefused)
                #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/backup"))
                try FileManager.default.removeItem(atPath: filler)
                try await store.submit(Self.samples(taken))
                #expect(try await store.counts().stages == [.queued: taken * 10 + 10])
                #expect(try await store.quickCheck() == [])
            }
            try await StoreFiles.withStore(data) { store in
                let counts = try await store.counts()
                #expect(counts.stages == [.queued: taken * 10 + 10])
                let script = try await store.script(of: SampleCall.id(taken * 10))
                #expect(script == Self.samples(taken)[0].script)
            }
        }
    }

    /// Submits until the disk is full, and returns how many batches it took.
    private static func fill(_ store: SQLiteCallStore) async throws -> Int {
        var taken = 0
        while taken < 10_000 {
            do throws(StoreError) {
                try await store.submit(self.samples(taken))
                taken += 1
            } catch {
                #expect(error.code == .unavailable)
                return taken
            }
        }
        Issue.record("the disk was never full")
        return taken
    }

    private static func samples(_ batch: Int) -> [SampleCall] {
        (batch * 10..<batch * 10 + 10).map { second in
            var sample = SampleCall(second: second)
            sample.text = String(repeating: "word ", count: 200)
            return sample
        }
    }
}
