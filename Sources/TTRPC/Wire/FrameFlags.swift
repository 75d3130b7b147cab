/// Flags of a frame (ttrpc protocol, "Flags").
package struct FrameFlags: OptionSet, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The sender sends no more data on this stream.
    package static let remoteClosed = FrameFlags(rawValue: 1)
    /// The sender will send data on this stream.
    package static let remoteOpen = FrameFlags(rawValue: 2)
    /// The frame carries no message, which an empty one would be.
    package static let noData = FrameFlags(rawValue: 4)
}
