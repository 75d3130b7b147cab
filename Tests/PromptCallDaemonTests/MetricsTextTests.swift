import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@testable import PromptCallDaemon

@Suite("Metrics")
struct MetricsTextTests {
    @Test("The text is well-formed Prometheus exposition")
    func wellFormed() async throws {
        var counts = WebhookCounts()
        counts.answered(204)
        counts.answered(204)
        counts.answered(404)
        let world = try EngineWorld()
        let text = MetricsText.make(world.engine.snapshot(), pause: nil, webhooks: counts)
        #expect(text.hasSuffix("\n"))
        var types: [String: String] = [:]
        var samples: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                try #require(words.count == 4)
                #expect(["counter", "gauge"].contains(String(words[3])))
                #expect(types.updateValue(String(words[3]), forKey: String(words[2])) == nil)
                continue
            }
            let sample = try #require(
                try #/^([a-z_]+)(\{[a-z]+="[a-z_0-9]+"(?:,[a-z]+="[a-z_0-9]+")*\})? (\d+)$/#
                    .wholeMatch(in: line)
            )
            let type = try #require(types[String(sample.1)])
            #expect((type == "counter") == sample.1.hasSuffix("_total"))
            #expect(samples.insert(String(sample.1) + (sample.2 ?? "")).inserted)
        }
        #expect(text.contains("promptcall_webhooks_total{status=\"204\"} 2\n"))
        #expect(text.contains("promptcall_webhooks_total{status=\"404\"} 1\n"))
        #expect(text.contains("promptcall_calls{stage=\"queued\"} 0\n"))
        let ended = "promptcall_calls_ended_total{status=\"failed\",reason=\"hung_up\"} 0\n"
        #expect(text.contains(ended))
    }
}
