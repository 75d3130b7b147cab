internal import Synchronization

/// Where Nexmo says that legs live, by their uuid.
///
/// Only the answer webhook tells it. It is kept in memory alone, for so many legs as it has room
/// for: Nexmo makes a leg in the region that was asked for it, so the profile's own URL is right
/// for whatever is not known here.
package final class LegRegions: Sendable {
    /// Most legs remembered; the one told longest ago gives way.
    private let legsMax: Int

    private struct State {
        var urls: [String: String] = [:]
        /// In the order in which they came; where the next one goes once it is full.
        var order: [String] = []
        var next = 0
    }

    private let state = Mutex(State())

    package init(legsMax: Int = 4096) {
        self.legsMax = legsMax
    }

    /// Remembers what a webhook said, to be judged when it is used.
    package func learn(_ url: String, of uuid: String) {
        guard url.utf8.count <= RegionURL.bytesMax else { return }
        self.state.withLock { state in
            guard state.urls.updateValue(url, forKey: uuid) == nil else { return }
            guard state.order.count == self.legsMax else {
                state.order.append(uuid)
                return
            }
            state.urls[state.order[state.next]] = nil
            state.order[state.next] = uuid
            state.next = (state.next + 1) % self.legsMax
        }
    }

    /// Where requests about a leg go, given where they would go otherwise.
    func base(of uuid: String, configured: String) -> String {
        let stated = self.state.withLock { $0.urls[uuid] }
        return stated.flatMap { RegionURL.trusted($0, configured: configured) } ?? configured
    }
}
