/// What a frame carries (ttrpc protocol, "Message Types").
package enum FrameType: UInt8, Sendable {
    /// A `ttrpc.Request`; opens a stream.
    case request = 1
    /// A `ttrpc.Response`; ends a stream.
    case response = 2
    /// One message of a stream.
    case data = 3
}
