import PromptCallCore
import Testing

@Suite("VoiceProvider")
struct VoiceProviderTests {
    @Test(
        "Credentials print without their secrets",
        arguments: [
            (.profile("default"), "profile default"), (.jwt("secret"), "<a caller's JWT>"),
            (.privateKey(applicationID: "id", pem: "secret"), "<a caller's private key>"),
        ] as [(CallCredentials, String)]
    )
    func credentials(credentials: CallCredentials, text: String) {
        #expect("\(credentials)" == text)
        #expect(String(reflecting: credentials) == text)
    }

    @Test("An order to ring carries the words, and what the callee hears first")
    func placement() {
        let call = CallDriver.placed()
        let scripted = ScriptedCall(
            id: call.record.id,
            leg: 1,
            terms: call.record.terms,
            script: CallScript(text: "hello")
        )
        let placement = Placement(
            call: scripted,
            opening: CallMachine(call.record).opening,
            credentials: .profile("default")
        )
        #expect(placement.opening == .ask(.text, turn: 1, plays: 1, bargeIn: true))
        #expect(placement.call.script.words(.text) == "hello")
        #expect(placement.call.terms == call.record.terms)
    }

    @Test("A leg is addressed by its name, and looked for by its numbers")
    func addresses() {
        let address = LegAddress(uuid: Samples.uuid, credentials: .profile("default"))
        #expect(address != LegAddress(uuid: Samples.uuid, credentials: .profile("other")))
        let terms = Samples.terms()
        let search = LegSearch(
            from: terms.from,
            to: terms.to,
            since: Samples.start,
            credentials: .profile("default")
        )
        #expect(search.to == terms.to)
        #expect(search.since == Samples.start)
    }
}
