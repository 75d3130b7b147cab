import Foundation
import NIOCore

/// The frames of `proto/vectors`.
enum GoldenFrame: String, CaseIterable, Sendable {
    case dataEmptyMessage = "data-empty-message"
    case dataHalfClose = "data-half-close"
    case dataMessage = "data-message"
    case requestMetadata = "request-metadata"
    case requestPastDeadline = "request-past-deadline"
    case requestTwoWay = "request-two-way"
    case requestUnary = "request-unary"
    case responseFailure = "response-failure"
    case responseSuccess = "response-success"

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "proto/vectors")

    /// The frame's bytes.
    func bytes() throws -> [UInt8] {
        let file = Self.folder.appending(path: self.rawValue + ".hex")
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .flatMap { $0.split(separator: " ") }
            .compactMap { UInt8($0, radix: 16) }
    }

    /// The names of all files that are there.
    static func fileNames() throws -> Set<String> {
        let files = try FileManager.default.contentsOfDirectory(atPath: self.folder.path)
        return Set(files.filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) })
    }
}
