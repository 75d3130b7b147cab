import SwiftProtobufPluginLibrary

/// The four declarations that are made of one service.
struct ServiceCode {
    private let service: ServiceDescriptor
    private let access: String
    private let methodCodes: [MethodCode]

    init(_ service: ServiceDescriptor, visibility: GeneratorOptions.Visibility) {
        self.service = service
        self.access = visibility.prefix
        let namer = SwiftProtobufNamer(
            currentFile: service.file,
            protoFileToModuleMappings: ProtoFileToModuleMappings()
        )
        self.methodCodes = service.methods.map { MethodCode($0, namer: namer) }
    }

    /// What an implementation conforms to.
    var serviceProtocol: String {
        var text = self.comment
        text += "\(self.access)protocol \(self.service.name)Service: Sendable {\n"
        text += self.methodCodes.map(\.requirement).joined(separator: "\n")
        text += "}\n"
        return text
    }

    /// The descriptors of the methods.
    var methods: String {
        var text = "/// The methods of `\(self.service.fullName)`.\n"
        text += "\(self.access)enum \(self.service.name)Methods {\n"
        for method in self.methodCodes { text += method.descriptor(access: self.access) }
        text += "}\n"
        return text
    }

    /// What hands an implementation to a server.
    var registration: String {
        let service = "\(self.service.name)Service"
        let name = MethodCode.identifier(self.service.name)
        var text = "extension TTRPCService {\n"
        text +=
            "    /// `\(self.service.fullName)` as an implementation answers it, for a server.\n"
        text +=
            "    \(self.access)static func \(name)(_ service: some \(service)) -> TTRPCService {\n"
        text += "        TTRPCService(\n"
        text += "            name: \"\(self.service.fullName)\",\n"
        text += "            handlers: [\n"
        for method in self.methodCodes { text += method.handler(service: self.service.name) }
        text += "            ]\n        )\n    }\n}\n"
        return text
    }

    /// What calls a server.
    var client: String {
        let name = "\(self.service.name)Client"
        var text = "/// Calls `\(self.service.fullName)`.\n"
        text += "\(self.access)struct \(name): Sendable {\n"
        text += "    private let client: TTRPCClient\n\n"
        text += "    /// Calls the service through a client, which may serve others too.\n"
        text += "    \(self.access)init(_ client: TTRPCClient) {\n"
        text += "        self.client = client\n    }\n"
        for method in self.methodCodes {
            text += "\n" + method.call(access: self.access, service: self.service.name)
        }
        text += "}\n"
        return text
    }

    private var comment: String {
        let comment = self.service.protoSourceComments()
        return comment.isEmpty ? "/// Implements `\(self.service.fullName)`.\n" : comment
    }
}
