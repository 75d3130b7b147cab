import PromptCallCore
import Testing

@Suite("CallTimers")
struct CallTimersTests {
    private func at(_ seconds: Int64) -> Timestamp { Samples.start + .seconds(seconds) }

    @Test("A timer runs at most once, and stops when it is told to")
    func runsOnce() {
        var timers = CallTimers()
        #expect(timers.next == nil)
        timers[.watch] = self.at(9)
        timers[.watch] = self.at(3)
        #expect(timers[.watch] == self.at(3))
        #expect(timers.all.count == 1)
        timers[.watch] = nil
        #expect(timers[.watch] == nil)
        timers[.lost] = nil
        #expect(timers == CallTimers())
    }

    @Test("The next is the earliest, and all come in the order they are judged in")
    func order() {
        var timers = CallTimers()
        timers[.lost] = self.at(1)
        timers[.watch] = self.at(2)
        timers[.hold] = self.at(3)
        #expect(timers.next == self.at(1))
        #expect(timers.all.map(\.timer) == [.watch, .hold, .lost])
        #expect(timers.all.map(\.at) == [self.at(2), self.at(3), self.at(1)])
    }

    @Test("Those due are taken out, the others stay")
    func takeDue() {
        var timers = CallTimers()
        timers[.lost] = self.at(1)
        timers[.watch] = self.at(2)
        timers[.hold] = self.at(3)
        #expect(timers.takeDue { _ in self.at(0) }.isEmpty)
        #expect(timers.takeDue { _ in self.at(2) } == [.watch, .lost])
        #expect(timers.all.map(\.timer) == [.hold])
        timers.stopAll()
        #expect(timers.next == nil)
    }

    @Test("A timer that is put off fires no earlier, and one that did not run is started")
    func putOff() {
        var timers = CallTimers()
        timers.putOff(.lost, until: self.at(2))
        #expect(timers[.lost] == self.at(2))
        timers.putOff(.lost, until: self.at(1))
        #expect(timers[.lost] == self.at(2))
        timers.putOff(.lost, until: self.at(3))
        #expect(timers[.lost] == self.at(3))
    }

    @Test("Equal timers are equal however they came to be")
    func equal() {
        var first = CallTimers()
        first[.watch] = self.at(1)
        first[.hold] = self.at(2)
        var second = CallTimers()
        second[.hold] = self.at(2)
        second[.watch] = self.at(1)
        #expect(first == second)
    }
}
