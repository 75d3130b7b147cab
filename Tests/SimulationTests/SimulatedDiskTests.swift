import CSQLite
import CallSimulation
import Testing

/// What SQLite finds on a disk that fails, which is what the simulation's word on the store rests on.
@Suite("SimulatedDisk")
struct SimulatedDiskTests {
    @Test(
        "What was committed survives a power cut; what was not is gone",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func powerCut(seed: UInt64) throws {
        let disk = MountedDisk(seed: seed)
        var random = SplitMix64(seed: seed)
        var committed = 0
        for round in 0..<12 {
            let database = try Database(disk)
            #expect(try database.rows() >= committed)
            #expect(try database.rows() <= committed + 1)
            committed = try database.rows()
            disk.disk.fault = .powerCut(after: random.number(0...40))
            for _ in 0..<8 where database.insert(round) { committed += 1 }
            disk.disk.turnOff()
            database.close()
            disk.disk.restart(afterPowerCut: true)
        }
        #expect(committed > 0)
    }

    @Test("A killed process loses nothing that it wrote")
    func kill() throws {
        let disk = MountedDisk(seed: 1)
        let first = try Database(disk)
        #expect(first.insert(1))
        disk.disk.turnOff()
        first.close()
        disk.disk.restart(afterPowerCut: false)
        #expect(try Database(disk).rows() == 1)
    }

    @Test("A full disk takes nothing, and all of it again later")
    func full() throws {
        let disk = MountedDisk(seed: 1)
        let database = try Database(disk)
        #expect(database.insert(1))
        disk.disk.isFull = true
        #expect(!database.insert(2))
        disk.disk.isFull = false
        #expect(database.insert(3))
        #expect(try database.rows() == 2)
    }

    @Test(
        "A sync that fails is told",
        arguments: [DiskFault.syncFails(after: 0), .writeFails(after: 1)]
    )
    func failure(fault: DiskFault) throws {
        let disk = MountedDisk(seed: 1)
        let database = try Database(disk)
        #expect(database.insert(1))
        disk.disk.fault = fault
        #expect(!database.insert(2))
        #expect(disk.disk.fault == nil)
    }

    @Test("Two connections see each other's commits, and neither takes the log from the other")
    func twoConnections() throws {
        let disk = MountedDisk(seed: 1)
        let first = try Database(disk)
        let second = try Database(disk)
        #expect(first.insert(1))
        #expect(try second.rows() == 1)
        first.close()
        #expect(second.insert(2))
        #expect(try Database(disk).rows() == 2)
    }
}
