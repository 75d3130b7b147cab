/// Finds a handler by the bytes of its names, without making a string.
struct HandlerTable: Sendable {
    private let buckets: [[TTRPCHandler]]

    /// A table of all methods of some services.
    ///
    /// - Parameter services: Services whose names differ.
    init(_ services: [TTRPCService]) {
        let handlers = services.flatMap(\.handlers)
        var bucketCount = 8
        while bucketCount < handlers.count * 2 { bucketCount *= 2 }
        var buckets = [[TTRPCHandler]](repeating: [], count: bucketCount)
        for handler in handlers {
            var service = handler.method.service
            var name = handler.method.name
            let hash = service.withUTF8 { service in
                name.withUTF8 { name in
                    Self.hash(UnsafeRawBufferPointer(service), UnsafeRawBufferPointer(name))
                }
            }
            let index = Int(truncatingIfNeeded: hash) & (bucketCount - 1)
            precondition(
                !buckets[index].contains { $0.method == handler.method },
                "\(handler.method) is handled twice."
            )
            buckets[index].append(handler)
        }
        self.buckets = buckets
    }

    /// The handler of a method, if there is one.
    func find(_ service: UnsafeRawBufferPointer, _ method: UnsafeRawBufferPointer) -> TTRPCHandler?
    {
        let index = Int(truncatingIfNeeded: Self.hash(service, method)) & (self.buckets.count - 1)
        for handler in self.buckets[index] {
            if handler.method.service.utf8.elementsEqual(service),
                handler.method.name.utf8.elementsEqual(method)
            {
                return handler
            }
        }
        return nil
    }

    /// FNV-1a over the method's name. Peers choose what is looked up, never what is in the table,
    /// so that they cannot make collisions.
    private static func hash(
        _ service: UnsafeRawBufferPointer,
        _ method: UnsafeRawBufferPointer
    ) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in method { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (hash ^ UInt64(service.count)) &* 0x100_0000_01b3
    }
}
