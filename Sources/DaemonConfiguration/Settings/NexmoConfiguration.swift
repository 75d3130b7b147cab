/// Settings of Nexmo's side (key `nexmo`).
package struct NexmoConfiguration: Equatable, Sendable {
    /// Where Nexmo's Voice API is. Key `url`, default `https://api.nexmo.com`.
    package var url: HTTPURL
    /// Most calls placed in any rolling second, for each Nexmo account whose profiles say
    /// nothing else. Key `calls-per-second`, 1 to 100,000, default 3 (Nexmo's own).
    package var callsPerSecond: Int

    package init(url: HTTPURL, callsPerSecond: Int) {
        self.url = url
        self.callsPerSecond = callsPerSecond
    }
}
