import SwiftProtobufPluginLibrary

/// A plugin of protoc that makes typed ttrpc stubs of the services in .proto files.
///
/// Options: `Visibility=Public|Package|Internal` (default `Internal`) and
/// `FileNaming=FullPath|DropPath` (default `FullPath`). Messages must be generated into the same
/// module, but for those that SwiftProtobuf brings along.
@main
struct TTRPCGenerator: CodeGenerator {
    var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] {
        [.proto3Optional]
    }

    func generate(
        files: [FileDescriptor],
        parameter: any CodeGeneratorParameter,
        protoCompilerContext: any ProtoCompilerContext,
        generatorOutputs: any GeneratorOutputs
    ) throws {
        let options = try GeneratorOptions(parameter.parsedPairs)
        for file in files where !file.services.isEmpty {
            try generatorOutputs.add(
                fileName: options.fileName(for: file.name),
                contents: ServiceFile(file, visibility: options.visibility).contents
            )
        }
    }
}
