/// Gives a closure a client and closes it when the closure returns or throws.
///
/// The client connects at its first call, see ``TTRPCClient/connect()``.
///
/// - Parameters:
///   - configuration: Where to connect, and the bounds.
///   - body: What uses the client.
/// - Returns: What the closure returns.
/// - Throws: What the closure throws.
public func withTTRPCClient<Result>(
    _ configuration: TTRPCClientConfiguration,
    _ body: (TTRPCClient) async throws -> Result
) async throws -> Result {
    let client = TTRPCClient(configuration: configuration)
    let result: Result
    do {
        result = try await body(client)
    } catch {
        await client.close()
        throw error
    }
    await client.close()
    return result
}
