import SwiftProtobufPluginLibrary

/// What is made of one method.
struct MethodCode {
    private let method: MethodDescriptor
    private let name: String
    private let request: String
    private let response: String

    init(_ method: MethodDescriptor, namer: SwiftProtobufNamer) {
        self.method = method
        self.name = Self.identifier(method.name)
        self.request = namer.fullName(message: method.inputType)
        self.response = namer.fullName(message: method.outputType)
    }

    /// The function that an implementation has.
    var requirement: String {
        let signature =
            switch (self.method.clientStreaming, self.method.serverStreaming) {
            case (false, false):
                "_ request: \(self.request), context: TTRPCContext) async throws -> \(self.response)"
            case (false, true):
                "_ request: \(self.request), responses: TTRPCResponseWriter<\(self.response)>, "
                    + "context: TTRPCContext) async throws"
            case (true, false):
                "_ requests: TTRPCMessages<\(self.request)>, context: TTRPCContext) async throws "
                    + "-> \(self.response)"
            case (true, true):
                "_ requests: TTRPCMessages<\(self.request)>, "
                    + "responses: TTRPCResponseWriter<\(self.response)>, "
                    + "context: TTRPCContext) async throws"
            }
        return "\(self.comment)    func \(self.name)(\(signature)\n"
    }

    /// The constant that describes the method.
    func descriptor(access: String) -> String {
        let service = self.method.service.fullName
        return "    /// `\(self.method.name)`.\n"
            + "    \(access)static let \(self.name) = TTRPCMethod(service: \"\(service)\", "
            + "name: \"\(self.method.name)\", kind: .\(self.kind))\n"
    }

    /// The entry that ties the function to its method.
    func handler(service: String) -> String {
        let call =
            switch (self.method.clientStreaming, self.method.serverStreaming) {
            case (false, false), (true, false):
                "try await service.\(self.name)($0, context: $1)"
            case (false, true), (true, true):
                "try await service.\(self.name)($0, responses: $1, context: $2)"
            }
        return "                .\(self.kind)(\(service)Methods.\(self.name)) { \(call) },\n"
    }

    /// The function that a client has.
    func call(access: String, service: String) -> String {
        let options = "options: TTRPCCallOptions = TTRPCCallOptions()"
        let constant = "\(service)Methods.\(self.name)"
        let (signature, arguments) =
            switch (self.method.clientStreaming, self.method.serverStreaming) {
            case (false, false):
                (
                    "(_ request: \(self.request), \(options)) async throws -> \(self.response)",
                    "\(constant), request, options: options"
                )
            case (false, true):
                (
                    "<Result>(_ request: \(self.request), \(options), "
                        + "_ body: (TTRPCMessages<\(self.response)>) async throws -> Result"
                        + ") async throws -> Result",
                    "\(constant), request, options: options, body"
                )
            case (true, false):
                (
                    "(\(options), _ body: (TTRPCRequestWriter<\(self.request)>) async throws "
                        + "-> Void) async throws -> \(self.response)",
                    "\(constant), options: options, body"
                )
            case (true, true):
                (
                    "<Result>(\(options), _ body: (TTRPCRequestWriter<\(self.request)>, "
                        + "TTRPCMessages<\(self.response)>) async throws -> Result"
                        + ") async throws -> Result",
                    "\(constant), options: options, body"
                )
            }
        return "\(self.comment)    \(access)func \(self.name)\(signature) {\n"
            + "        try await self.client.\(self.kind)(\(arguments))\n    }\n"
    }

    private var kind: String {
        switch (self.method.clientStreaming, self.method.serverStreaming) {
        case (false, false): "unary"
        case (false, true): "serverStreaming"
        case (true, false): "clientStreaming"
        case (true, true): "bidirectionalStreaming"
        }
    }

    private var comment: String {
        let comment = self.method.protoSourceComments(commentPrefix: "    ///")
        return comment.isEmpty ? "    /// Method `\(self.method.name)`.\n" : comment
    }

    /// A method's or service's name as a Swift function is named: `SubmitBatch` is `submitBatch`.
    static func identifier(_ name: String) -> String {
        let name = NamingUtils.toLowerCamelCase(name)
        return Self.keywords.contains(name) ? "`\(name)`" : name
    }

    /// Keywords that cannot name a function as they are ("The Swift Programming Language",
    /// "Keywords and Punctuation").
    private static let keywords: Set<String> = [
        "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
        "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil",
        "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows",
        "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws",
        "true", "try", "typealias", "var", "where", "while",
    ]
}
