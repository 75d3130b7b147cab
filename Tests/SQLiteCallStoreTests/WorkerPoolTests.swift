import Dispatch
import PromptCallCore
import Testing

@testable import SQLiteCallStore

@Suite("WorkerPool")
struct WorkerPoolTests {
    private func code(_ body: () async throws(StoreError) -> Void) async -> StoreError.Code? {
        do throws(StoreError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("One job too many is refused as overloaded")
    func full() async throws {
        let pool = try WorkerPool { () throws(StoreOpenError) in [0] }
        let gate = DispatchSemaphore(value: 0)
        // Holds the thread, so that what follows waits.
        await withCheckedContinuation { continuation in
            pool.post { _ in
                continuation.resume()
                gate.wait()
            }
        }
        var taken = 0
        while pool.post({ _ in }) { taken += 1 }
        #expect(taken == 4096)
        let code = await self.code { () throws(StoreError) in try await pool.run { _ in } }
        #expect(code == .overloaded)
        gate.signal()
        await pool.close()
    }

    @Test("A closed pool is unavailable")
    func closed() async throws {
        let pool = try WorkerPool { () throws(StoreOpenError) in [0] }
        await pool.close()
        let code = await self.code { () throws(StoreError) in try await pool.run { _ in } }
        #expect(code == .unavailable)
    }
}
