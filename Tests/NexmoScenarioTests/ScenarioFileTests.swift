import Foundation
import NexmoScenario
import NexmoSimulator
import Testing

@Suite("ScenarioFile")
struct ScenarioFileTests {
    private func plan(_ callee: String) throws -> CalleePlan? {
        let text = "callees:\n  \"447700900123\": \(callee)\n"
        return try ScenarioFile(text, file: "s.yaml").settings.callees["447700900123"]
    }

    @Test(
        "What cannot be used is refused with its file, line, key and a word that is near",
        arguments: [
            ("calees: {}", "s.yaml:1: calees: is not a known key; did you mean 'callees'?"),
            ("seed: 1\nsped: 3", "s.yaml:2: sped: is not a known key; did you mean 'speed'?"),
            ("speed: fast", "s.yaml:1: speed: must be a number, 0.01 to 10000.0"),
            ("speed: 0", "s.yaml:1: speed: must be a number, 0.01 to 10000.0"),
            (
                "calls-per-second: -1",
                "s.yaml:1: calls-per-second: must be a whole number, 0 to 100000"
            ),
            (
                "webhook-shape: oldr",
                "s.yaml:1: webhook-shape: 'oldr' is not one of current, older; did you mean 'older'?"
            ),
            (
                "fallback-url: ftp://x",
                "s.yaml:1: fallback-url: must be a URL that begins with http:// or https://"
            ),
            ("region-host: localhost:80", "s.yaml:1: region-host: must be the name of a host"),
            ("callees: [busy]", "s.yaml:1: callees: must be a mapping of keys"),
            (
                "callees:\n  \"44770090012a\": busy",
                """
                s.yaml:2: callees.44770090012a: is no number: write 7 to 15 digits without plus, the \
                first not 0, or digits and a star such as "4477*", or "*"
                """
            ),
            (
                "callees:\n  \"*\": bussy",
                """
                s.yaml:2: callees.*: 'bussy' is not one of person, machine, busy, unanswered, \
                timeout, rejected, failed, cancelled; did you mean 'busy'?
                """
            ),
            (
                "callees:\n  \"*\":\n    is: rejected\n    detail: resticted",
                """
                s.yaml:4: callees.*.detail: 'resticted' is not one of invalid_number, restricted, \
                declined; did you mean 'restricted'?
                """
            ),
            (
                "callees:\n  \"*\":\n    is: busy\n    keys: [right]",
                "s.yaml:4: callees.*.keys: goes with a callee who answers, not with one who is busy"
            ),
            (
                "callees:\n  \"*\":\n    beeps-after: 3s",
                "s.yaml:3: callees.*.beeps-after: goes with a machine only"
            ),
            (
                "callees:\n  \"*\":\n    rings-for: 3",
                """
                s.yaml:3: callees.*.rings-for: must be a duration up to a day, such as 500ms, 2s, \
                1.5m or 1h
                """
            ),
            (
                "callees:\n  \"*\":\n    keys:\n      - rigth",
                """
                s.yaml:4: callees.*.keys[0]: must be right, wrong, silence, or keys of 0-9, * and \
                #; did you mean 'right'?
                """
            ),
            (
                "callees:\n  \"*\":\n    keys:\n      - {press: right, after: 2s}",
                "s.yaml:4: callees.*.keys[0].after: needs 'when': during-prompt, after-prompt or late"
            ),
            (
                "callees:\n  \"*\":\n    webhooks: {lose: [ansewred]}",
                "did you mean 'answered'?"
            ),
            (
                "faults:\n  lose-webhooks: 1.5",
                "s.yaml:2: faults.lose-webhooks: must be a number, 0.0 to 1.0"
            ),
            (
                "faults:\n  throttle-calls: 0.6\n  fail-calls: 0.6",
                "s.yaml:1: faults: throttle-calls, fail-calls and lose-answers together"
            ),
            (
                "prices:\n  \"44*\": cheap",
                "s.yaml:2: prices.44*: must be euros a minute with up to 8 decimals, such as 0.0127"
            ),
            ("seed: 1\nseed: 2", "seed: stands there twice"),
            ("callees: [", "s.yaml:2: is not valid YAML"),
        ]
    )
    func refused(text: String, message: String) throws {
        let error = #expect(throws: ScenarioError.self) {
            try ScenarioFile(text, file: "s.yaml")
        }
        let found = try #require(error).description
        #expect(found.hasPrefix("s.yaml"))
        #expect(found.contains(message))
    }

    @Test("An empty file changes nothing", arguments: ["", "# nothing\n"])
    func empty(text: String) throws {
        let settings = try ScenarioFile(text, file: "s.yaml").settings
        #expect(settings.speed == 1)
        #expect(settings.callees["447700900123"] == nil)
    }

    @Test("Settings of the file are laid over those that hold without it")
    func settings() throws {
        var base = SimulatorConfiguration()
        base.callsPerSecond = 3
        base.requestsPerSecond = 15
        let text = """
            speed: 20
            seed: 9
            calls-per-second: 0
            webhook-shape: older
            barge-in-timer: prompt-start
            fallback-url: http://127.0.0.1:1/fallback
            region-host: localhost
            faults: {lose-webhooks: 0.25, delay-max: 500ms}
            """
        let settings = try ScenarioFile(text, file: "s.yaml", over: base).settings
        #expect(settings.speed == 20)
        #expect(settings.seed == 9)
        #expect(settings.callsPerSecond == nil)
        #expect(settings.requestsPerSecond == 15)
        #expect(settings.webhookShape == .older)
        #expect(settings.bargeInTimer == .promptStart)
        #expect(settings.fallbackURL == "http://127.0.0.1:1/fallback")
        #expect(settings.regionHost == "localhost")
        #expect(settings.faults.lostWebhooks == 0.25)
        #expect(settings.faults.delayMax == .milliseconds(500))
    }

    @Test("A number wins over its prefix, a longer prefix over a shorter, and the star is last")
    func patterns() throws {
        let text = """
            callees: {"*": busy, "44*": failed, "4477*": rejected, "447700900123": timeout}
            prices: {"44*": 0.0127, "*": 1}
            """
        let settings = try ScenarioFile(text, file: "s.yaml").settings
        let callees = settings.callees
        #expect(callees["447700900123"]?.outcome == .timeout)
        #expect(callees["447700900124"]?.outcome == .rejected)
        #expect(callees["441632960000"]?.outcome == .failed)
        #expect(callees["14155550100"]?.outcome == .busy)
        #expect(settings.rates["447700900123"] == 1_270_000)
        #expect(settings.rates["14155550100"] == 100_000_000)
    }

    @Test("Keys have their times, and a plain word its usual one")
    func keys() throws {
        let plan = try #require(
            try self.plan(
                """
                {keys: [wrong, "12#", silence, {press: right, when: late, after: 2s},
                        {press: "7", when: during-prompt, after: 1.5s, between: 100ms},
                        {press: right, when: after-prompt}], then: silence, pin: "99"}
                """
            )
        )
        #expect(
            plan.entries == [
                .wrongPIN, .keys("12#"), .silence,
                .timed(.pin, KeyTiming(.timedOut, after: .seconds(2))),
                .timed(
                    .keys("7"),
                    KeyTiming(
                        .promptBegan,
                        after: .milliseconds(1500),
                        between: .milliseconds(100)
                    )
                ),
                .timed(.pin, KeyTiming(.promptEnded, after: .seconds(1))),
            ]
        )
        #expect(!plan.repeatsLastEntry)
        #expect(plan.pin == "99")
    }

    @Test("A callee can hang up, vanish, be misjudged and lose webhooks")
    func more() throws {
        #expect(try self.plan("{hangs-up: during-prompt}")?.hangUp == .duringPrompt)
        #expect(try self.plan("{hangs-up: after-entry-2}")?.hangUp == .afterEntry(2))
        #expect(try self.plan("{hangs-up: 12s}")?.hangUp == .after(.seconds(12)))
        #expect(try self.plan("{vanishes: at-input}")?.vanishes == .atInput)
        #expect(try self.plan("{detected-as: nothing}")?.detectedAs == .nothing)
        #expect(try self.plan("{input-shape: legacy}")?.sendsLegacyInput == true)
        #expect(try self.plan("{is: machine, beeps-after: never}")?.beepsAfter == nil)
        let plan = try #require(
            try self.plan(
                """
                {creations: [429, reset, lost, placed-502, late],
                 webhooks: {lose: [ringing], double: [input], delay: {answered: 3s}, jitter: 1s}}
                """
            )
        )
        #expect(
            plan.creations == [
                .status(429), .reset, .lost(), .denied(status: 502), .late(by: .seconds(3)),
            ]
        )
        #expect(plan.lostWebhooks == [.ringing])
        #expect(plan.doubledWebhooks == [.input])
        #expect(plan.webhookDelays == [.answered: .seconds(3)])
        #expect(plan.eventJitter == .seconds(1))
    }

    @Test(
        "The scenarios of the documentation can be read",
        arguments: ["callees", "bad-day", "older-nexmo"]
    )
    func examples(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("docs/scenarios/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        _ = try ScenarioFile(text, file: name)
    }
}
