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

    @Test("From 4,000 pages on the writer copies the rest, once little is left")
    func restarts() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 3900) == .copyBeside)
        #expect(plan.committed(length: 4700) == .nothing)
        plan.copied(pages: 3900)
        // Too much is left for the writer.
        #expect(plan.committed(length: 4701) == .copyBeside)
        #expect(plan.committed(length: 4900) == .nothing)
        plan.copied(pages: 4701)
        #expect(plan.committed(length: 5100) == .copyNow)
        plan.copied(pages: 5100)
        // It has begun anew.
        #expect(plan.committed(length: 40) == .nothing)
        #expect(plan.committed(length: 1040) == .copyBeside)
    }

    @Test("A log that a reader's snapshot keeps is not tried at each commit")
    func snapshots() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 4200) == .copyBeside)
        plan.copied(pages: 1000)
        #expect(plan.committed(length: 4201) == .nothing)
        #expect(plan.committed(length: 4700) == .copyBeside)
        plan.copied(pages: 4700)
        #expect(plan.committed(length: 4710) == .copyNow)
        plan.copied(pages: 4710)
        #expect(plan.committed(length: 4720) == .nothing)
        #expect(plan.committed(length: 5209) == .nothing)
        #expect(plan.committed(length: 5210) == .copyNow)
    }

    @Test("A log of 64 MiB stops the commits until it is copied")
    func tooLong() {
        var plan = CheckpointPlan()
        #expect(plan.committed(length: 15_999) == .copyBeside)
        #expect(plan.committed(length: 16_000) == .copyNow)
        // A snapshot keeps the rest: the writer does not stop for it at each commit.
        plan.copied(pages: 9000)
        #expect(plan.committed(length: 16_498) == .nothing)
        #expect(plan.committed(length: 16_499) == .copyBeside)
        #expect(plan.committed(length: 16_999) == .nothing)
        #expect(plan.committed(length: 17_000) == .copyNow)
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
