/// Why bytes could not be read as the JSON that was expected.
enum JSONError: Error, Equatable {
    /// They are no JSON, or are nested deeper than ``JSONReader/depthMax``.
    case notJSON
    /// They are JSON, but no object.
    case notAnObject
}
