import Foundation
import NexmoSimulator
import NexmoVoice
import PromptCallCore
import Testing

/// Every directive, in every way that changes its NCCO.
@Suite("NCCOs of all directives")
struct DirectiveTests {
    private static let voices = [
        Voice(), Voice(language: "cmn-CN", style: 5),
        Voice(language: "en-GB", style: 2, premium: true),
    ]
    private static let scripts = [
        CallScript(text: "Key in your code", byeText: "Bye", failedText: "Wrong"),
        CallScript(text: "<speak>Your <break time=\"1s\"/> code &amp; all</speak>", byeText: ""),
        CallScript(text: String(repeating: "ü", count: 1500), byeText: "\"\\\n\u{1F600}"),
        CallScript(text: ""),
    ]

    private static var directives: [(PromptKind, Directive)] {
        var directives: [(PromptKind, Directive)] = [
            (.announcement, .announce), (.pin(length: 4), .say(.byeText)),
            (.pin(length: 4), .say(.failedText)), (.pin(length: 4), .silence),
        ]
        for prompt in [PromptKind.pin(length: 1), .pin(length: 20), .digits(min: 1, max: 20)] {
            for spoken in [Spoken?.none, .text, .failedText] {
                for plays in [1, 10] {
                    for bargeIn in [true, false] {
                        directives.append(
                            (prompt, .ask(spoken, turn: 7, plays: plays, bargeIn: bargeIn))
                        )
                    }
                }
            }
        }
        return directives
    }

    private struct Action: Decodable {
        var action: String
        var text: String?
        var bargeIn: Bool?
        var loop: Int?
        var eventUrl: [String]?
    }

    @Test("None breaks a rule of their order; with PROMPTCALL_REQUESTS_DIR, all are kept")
    func order() throws {
        let recorder = RecordedRequests.path(
            "directives",
            in: ProcessInfo.processInfo.environment
        ).flatMap { RequestRecorder(path: $0) }
        for voice in Self.voices {
            for script in Self.scripts {
                for (prompt, directive) in Self.directives {
                    for plays in [1, 2, 10] {
                        let call = try Fixture.call(
                            prompt: prompt,
                            script: script,
                            voice: voice,
                            plays: plays,
                            hashIsDigit: plays == 2
                        )
                        let json = NCCO(directive, for: call, urls: Fixture.urls).json
                        recorder?.write(.ncco, json)
                        try self.check(json, "\(directive)")
                    }
                }
            }
        }
    }

    private func check(_ json: [UInt8], _ directive: Comment) throws {
        let actions = try JSONDecoder().decode([Action].self, from: Data(json))
        #expect(!actions.isEmpty, directive)
        for (index, action) in actions.enumerated() {
            let next = index + 1 < actions.count ? actions[index + 1] : nil
            switch action.action {
            case "talk":
                #expect(action.text?.isEmpty == false, directive)
                #expect(action.loop.map { $0 > 1 } ?? true, directive)
                if action.bargeIn == true { #expect(next?.action == "input", directive) }
            case "input":
                #expect(action.eventUrl?.count == 1, directive)
            case "notify":
                #expect(index > 0 && actions[index - 1].action == "talk", directive)
                #expect(actions[index - 1].bargeIn == nil, directive)
            default:
                Issue.record("\(action.action)")
            }
        }
    }
}
