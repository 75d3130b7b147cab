/// A simulated disk that SQLite can reach, for as long as this lives.
package final class MountedDisk {
    /// Name of the SQLite VFS.
    package static let fileSystem = SimulatedFileSystem.name

    package let disk: SimulatedDisk
    private let folder: String

    package init(seed: UInt64) {
        self.disk = SimulatedDisk(seed: seed)
        self.folder = SimulatedFileSystem.mount(self.disk)
    }

    deinit {
        SimulatedFileSystem.unmount(self.folder)
    }

    /// Of the database file.
    package var path: String { "\(self.folder)/calls.db" }
}
