/// A service and what answers its methods; made by generated code.
public struct TTRPCService: Sendable {
    /// Full name, such as `promptcall.v1.Calls`.
    public let name: String
    let handlers: [TTRPCHandler]

    /// A service with its methods.
    ///
    /// - Parameters:
    ///   - name: Full name.
    ///   - handlers: What answers its methods, each named once.
    public init(name: String, handlers: [TTRPCHandler]) {
        self.name = name
        self.handlers = handlers
    }
}
