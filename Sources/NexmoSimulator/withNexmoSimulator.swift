import ServiceLifecycle

/// Runs a simulator beside a body and stops it afterwards.
///
/// - Parameters:
///   - configuration: Settings; the port should stay 0.
///   - clock: What simulated time is made of.
///   - body: Is given the base URL and the simulator, which listens by then.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or what kept the simulator from listening.
package func withNexmoSimulator<Result: Sendable>(
    _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
    clock: some Clock<Duration> = ContinuousClock(),
    body: @Sendable (String, NexmoSimulator) async throws -> Result
) async throws -> Result {
    let simulator = NexmoSimulator(configuration: configuration, clock: clock)
    let group = ServiceGroup(services: [simulator], logger: simulator.logger)
    async let running: Void = group.run()
    let result: Swift.Result<Result, any Error>
    do {
        result = .success(try await body(try await simulator.listeningURL(), simulator))
    } catch {
        result = .failure(error)
    }
    await group.triggerGracefulShutdown()
    // Says why the simulator did not listen, if that is what went wrong.
    try await running
    return try result.get()
}
