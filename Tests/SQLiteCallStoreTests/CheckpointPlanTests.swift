import Testing

@testable import SQLiteCallStore

@Suite("CheckpointPlan")
struct CheckpointPlanTests {
    @Test("Each thousand pages are copied beside the commits, one pass at a time")
    func passes() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 999) == .nothing)
        #expect(plan.committed(length: 1000) == .copyBeside)
        #expect(plan.committed(length: 2500) == .nothing)
        plan.copied(pages: 1000)
        #expect(plan.committed(length: 2501) == .copyBeside)
        plan.copied(pages: 2501)
        #expect(plan.committed(length: 3000) == .nothing)
    }

    @Test("From 12,000 pages on the writer copies the rest, once little is left")
    func restarts() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 11_900) == .copyBeside)
        #expect(plan.committed(length: 12_300) == .nothing)
        plan.copied(pages: 11_900)
        // Too much is left for the writer.
        #expect(plan.committed(length: 12_301) == .copyBeside)
        #expect(plan.committed(length: 12_400) == .nothing)
        plan.copied(pages: 12_301)
        #expect(plan.committed(length: 12_500) == .copyNow)
        plan.copied(pages: 12_500)
        // It has begun anew.
        #expect(plan.committed(length: 40) == .nothing)
        #expect(plan.committed(length: 1040) == .copyBeside)
    }

    @Test("A log that a reader's snapshot keeps is not tried at each commit")
    func snapshots() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 12_200) == .copyBeside)
        plan.copied(pages: 9000)
        #expect(plan.committed(length: 12_201) == .nothing)
        #expect(plan.committed(length: 12_450) == .copyBeside)
        plan.copied(pages: 12_450)
        #expect(plan.committed(length: 12_460) == .copyNow)
        plan.copied(pages: 12_460)
        #expect(plan.committed(length: 12_470) == .nothing)
        #expect(plan.committed(length: 12_709) == .nothing)
        #expect(plan.committed(length: 12_710) == .copyNow)
    }

    @Test("A log of 96 MiB stops the commits until it is copied")
    func tooLong() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 23_999) == .copyBeside)
        #expect(plan.committed(length: 24_000) == .copyNow)
        // A snapshot keeps the rest: the writer does not stop for it at each commit.
        plan.copied(pages: 9000)
        #expect(plan.committed(length: 24_248) == .nothing)
        #expect(plan.committed(length: 24_249) == .copyBeside)
        #expect(plan.committed(length: 24_999) == .nothing)
        #expect(plan.committed(length: 25_000) == .copyNow)
    }

    @Test("A pass that failed is made up for by the next")
    func failures() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 1000) == .copyBeside)
        plan.copied(pages: nil)
        #expect(plan.committed(length: 1999) == .nothing)
        #expect(plan.committed(length: 2000) == .copyBeside)
        // The log began anew before the pass said how far it came.
        #expect(plan.committed(length: 10) == .nothing)
        plan.copied(pages: 2000)
        #expect(plan.committed(length: 1009) == .nothing)
        #expect(plan.committed(length: 1010) == .copyBeside)
    }
}
