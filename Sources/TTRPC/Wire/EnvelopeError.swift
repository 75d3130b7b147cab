/// Why the data of a request or response frame does not parse as its envelope.
package enum EnvelopeError: Error, Equatable {
    /// The bytes end inside a field.
    case truncated
    /// A varint of more than ten bytes, a field number of zero or an unknown wire type.
    case malformed
    /// A string that is not UTF-8.
    case notUTF8
    /// More than ``TTRPCMetadata/entriesMax`` values of metadata.
    case tooMuchMetadata
    /// A `google.rpc.Status` that does not parse.
    case badStatus
}
