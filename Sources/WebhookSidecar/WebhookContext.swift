internal import Hummingbird
internal import Logging
internal import NIOCore

/// What is known of a request besides itself.
struct WebhookContext: InitializableFromSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        self.channel = source.channel
        self.logger = source.logger
    }
}
