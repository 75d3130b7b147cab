import Hummingbird
import Logging
import NIOCore

/// A request's surroundings: its connection, which faults may reset.
struct APIContext: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { self.channel = source.channel }
}
