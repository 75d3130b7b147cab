/// A value that is stored as numbered fields.
///
/// A field's number is never given to another meaning. A new field is optional or has a default,
/// so that records from before it can be read.
protocol StoredMessage {
    func write(to writer: inout FieldWriter)

    /// Reads a message; fields of unknown number are skipped.
    ///
    /// - Throws: ``RecordCodingError`` where a field cannot be read or a needed one is missing.
    init(from reader: FieldReader) throws(RecordCodingError)
}

/// Returns a value that every version writes.
///
/// - Throws: ``RecordCodingError`` where it is missing.
func needed<Value>(_ value: Value?, _ name: StaticString) throws(RecordCodingError) -> Value {
    guard let value else { throw RecordCodingError("A stored call lacks its field \(name).") }
    return value
}
