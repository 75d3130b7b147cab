import Foundation
import PromptCallCore

/// A directory of a test's own, which is to be removed at its end.
struct TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("promptcall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        self.path = url.path
    }

    func remove() {
        // What is left of a test is of no use to anyone.
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// The files in it with their contents.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: self.path) {
            contents[name] = FileManager.default.contents(atPath: "\(self.path)/\(name)")
        }
        return contents
    }

    /// The directory as a crash at this moment would leave it: what is shared in memory is gone.
    func afterCrash() throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for name in try FileManager.default.contentsOfDirectory(atPath: self.path)
        where name != "calls.db-shm" {
            try FileManager.default.copyItem(
                atPath: "\(self.path)/\(name)",
                toPath: "\(copy.path)/\(name)"
            )
        }
        return copy
    }
}
