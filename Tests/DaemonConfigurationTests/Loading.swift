import DaemonConfiguration
import Testing

/// Settings that a local Nexmo simulator needs, so that nothing else has to be stated.
let localNexmo = FlagValues(nexmoURL: "http://127.0.0.1:9191")

/// Loads settings from a text in place of the file `c.yaml`.
func load(
    yaml: String? = nil,
    flags: FlagValues = localNexmo,
    environment: [String: String] = [:]
) throws(ConfigurationError) -> DaemonConfiguration {
    var flags = flags
    if yaml != nil { flags.configPath = "c.yaml" }
    return try DaemonConfiguration.load(flags: flags, environment: environment) { path in
        #expect(path == "c.yaml")
        return try #require(yaml)
    }
}

/// The error that a file leads to, as the operator reads it.
func refusal(
    of yaml: String,
    flags: FlagValues = localNexmo,
    environment: [String: String] = [:]
) -> String? {
    do {
        _ = try load(yaml: yaml, flags: flags, environment: environment)
        return nil
    } catch {
        #expect(error.code == .configuration)
        return error.description
    }
}

/// A value that is read from text.
protocol TextValue {
    init(_ text: String) throws(InvalidValue)
}

extension CountPerPeriod: TextValue {}
extension HostName: TextValue {}
extension HostPattern: TextValue {}
extension HTTPURL: TextValue {}
extension ListenAddress: TextValue {}

/// What a type says against a text; nil where it takes it.
func problem(_ text: String, as type: (some TextValue).Type) -> String? {
    do {
        _ = try type.init(text)
        return nil
    } catch {
        return error.message
    }
}
