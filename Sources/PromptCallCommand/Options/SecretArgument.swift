/// A secret that is stated as an argument, or as `-` and comes from standard input.
enum SecretArgument {
    /// The secret; nil where none was stated.
    ///
    /// - Throws: ``CommandFailure``, without the secret, where standard input has none.
    static func value(
        _ argument: String?,
        of flag: String,
        _ surroundings: CommandSurroundings
    ) throws -> String? {
        guard argument == "-" else { return argument }
        guard let line = surroundings.readLine(), !line.isEmpty else {
            throw CommandFailure.badArguments(
                "\(flag) is to be read from standard input, which has an empty line or none."
            )
        }
        return line
    }
}
