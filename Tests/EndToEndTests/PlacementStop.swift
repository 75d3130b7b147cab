import WireTestSupport

/// A point in a placing at which Nexmo's side of the connection stands still.
enum PlacementStop: Sendable {
    /// The connection was accepted, and no TLS came about.
    case handshake
    /// The connection was accepted, and nothing was read.
    case accepted
    /// So many bytes of the request were read.
    case read(Int)
    /// The request was read.
    case requested
    /// So many bytes of the 201 were sent.
    case answered(Int)

    /// Whether Nexmo has the whole request, so that the phone rings.
    var rings: Bool {
        switch self {
        case .handshake, .accepted, .read: false
        case .requested, .answered: true
        }
    }

    /// The steps that lead there, for a leg of this name.
    func steps(uuid: String) -> [WireStep] {
        switch self {
        case .handshake, .accepted: []
        case .read(let count): [.read(count)]
        case .requested: [.readRequest]
        case .answered(let count):
            [.readRequest, .send(Array(PlacementNexmo.created(uuid).prefix(count)))]
        }
    }
}
