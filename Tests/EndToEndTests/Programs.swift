import Foundation

/// The programs as this build made them.
enum Programs {
    /// Where they lie: beside the bundle of the tests.
    static let directory: URL = {
        let arguments = CommandLine.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
    }()

    static func url(_ name: String) -> URL {
        self.directory.appendingPathComponent(name)
    }
}
