/// Settings of Nexmo's side (key `nexmo`).
package struct NexmoConfiguration: Equatable, Sendable {
    /// Where Nexmo's Voice API is. Key `url`, default `https://api.nexmo.com`.
    package var url: HTTPURL
    /// Most calls placed in any rolling second, for each Nexmo account whose profiles say
    /// nothing else. Key `calls-per-second`, 1 to 100,000, default 3 (Nexmo's own).
    package var callsPerSecond: Int
    /// PEM file of authorities that are believed beside those the system trusts. Key `ca-file`.
    package var caFile: SecretFile?
    /// Where every connection to Nexmo goes; nil for straight there. Key `proxy`.
    package var proxy: HTTPURL?

    package init(
        url: HTTPURL,
        callsPerSecond: Int,
        caFile: SecretFile? = nil,
        proxy: HTTPURL? = nil
    ) {
        self.url = url
        self.callsPerSecond = callsPerSecond
        self.caFile = caFile
        self.proxy = proxy
    }
}
