/// Why nothing is generated; protoc shows it.
struct GeneratorError: Error, CustomStringConvertible {
    var message: String

    var description: String { self.message }
}
