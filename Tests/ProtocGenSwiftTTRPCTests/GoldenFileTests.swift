import Foundation
import SwiftProtobuf
import SwiftProtobufPluginLibrary
import Testing

@testable import protoc_gen_swift_ttrpc

@Suite("protoc-gen-swift-ttrpc")
struct GoldenFileTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden")

    /// What the plugin answers for the service in `Golden/toaster.textproto`.
    private func generate(_ parameter: String) throws
        -> Google_Protobuf_Compiler_CodeGeneratorResponse
    {
        let text = try String(
            contentsOf: Self.folder.appending(path: "toaster.textproto"),
            encoding: .utf8
        )
        let set = try Google_Protobuf_FileDescriptorSet(textFormatString: text)
        let request = Google_Protobuf_Compiler_CodeGeneratorRequest.with {
            $0.protoFile = set.file
            $0.fileToGenerate = ["kitchen/toaster.proto"]
            $0.parameter = parameter
        }
        return generateCode(request: request, generator: TTRPCGenerator())
    }

    @Test("Stubs are as they were", arguments: ["Public", "Package", "Internal"])
    func golden(visibility: String) throws {
        let response = try self.generate("Visibility=\(visibility)")
        #expect(response.file.map(\.name) == ["kitchen/toaster.ttrpc.swift"])
        let expected = try String(
            contentsOf: Self.folder.appending(path: "toaster.\(visibility).txt"),
            encoding: .utf8
        )
        #expect(response.file.first?.content == expected)
    }

    @Test("The path can be dropped")
    func fileNaming() throws {
        let response = try self.generate("FileNaming=DropPath")
        #expect(response.file.map(\.name) == ["toaster.ttrpc.swift"])
    }

    @Test(
        "An option that is not understood is an error",
        arguments: ["Visibility=Open", "Colour=red", "FileNaming=x"]
    )
    func badOption(parameter: String) throws {
        let response = try self.generate(parameter)
        #expect(response.file.isEmpty)
        #expect(!response.error.isEmpty)
    }
}
