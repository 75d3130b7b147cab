internal import DequeModule
internal import Glibc
internal import PromptCallCore

/// Threads of their own that do jobs in the order in which they were given.
///
/// Each thread has a resource, such as a connection, that no other touches. Without ``close()``
/// the threads live on.
final class WorkerPool<Resource>: @unchecked Sendable {
    // Safe to share: what follows is only touched with the mutex held, and a resource only on the
    // thread it was given to.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: Deque<Job> = []
    private var threads: [pthread_t] = []
    private var running = 0
    private var isClosing = false
    private var closers: [CheckedContinuation<Void, Never>] = []
    private let afterEach: @Sendable (Resource) -> Void

    private typealias Job = (Resource) -> Void

    /// Most jobs that wait; one more is refused as `overloaded`.
    private static var jobsMax: Int { 4096 }

    /// Starts a thread for each resource.
    ///
    /// - Parameters:
    ///   - makeResources: Makes what no one else may hold on to.
    ///   - afterEach: Done behind each job, when its giver has been answered.
    /// - Throws: ``StoreOpenError`` with code `failed` where there can be no more threads.
    init(
        _ makeResources: () throws(StoreOpenError) -> [Resource],
        afterEach: @escaping @Sendable (Resource) -> Void = { _ in }
    ) throws(StoreOpenError) {
        let resources = try makeResources()
        self.mutex = .allocate(capacity: 1)
        self.condition = .allocate(capacity: 1)
        pthread_mutex_init(self.mutex, nil)
        pthread_cond_init(self.condition, nil)
        self.afterEach = afterEach
        for resource in resources {
            try self.start(resource)
        }
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    /// Does a job on a thread of the pool and returns its result.
    ///
    /// It is queued before the first suspension, so jobs are done in the order of the calls.
    func run<Value: Sendable>(
        _ job: @escaping @Sendable (Resource) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let refusal = self.take { resource in
                do throws(StoreError) {
                    continuation.resume(returning: .success(try job(resource)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Queues a job that nobody waits for; false where the pool is full or closed.
    @discardableResult
    func post(_ job: @escaping @Sendable (Resource) -> Void) -> Bool {
        self.take(job) == nil
    }

    /// Queues a job, or says why not.
    private func take(_ job: @escaping @Sendable (Resource) -> Void) -> StoreError? {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        if self.isClosing { return StoreError(.unavailable, "The store is closed.") }
        guard self.jobs.count < Self.jobsMax else {
            return StoreError(.overloaded, "The store has too much to do.")
        }
        self.jobs.append(job)
        pthread_cond_signal(self.condition)
        return nil
    }

    /// Takes no more jobs, and returns when those queued are done and the threads have ended.
    func close() async {
        await withCheckedContinuation { continuation in
            self.beginClosing(continuation)
        }
        for thread in self.takeThreads() {
            pthread_join(thread, nil)
        }
    }

    private func beginClosing(_ closer: CheckedContinuation<Void, Never>) {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        self.isClosing = true
        guard self.running > 0 else { return closer.resume() }
        self.closers.append(closer)
        pthread_cond_broadcast(self.condition)
    }

    private func takeThreads() -> [pthread_t] {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        defer { self.threads = [] }
        return self.threads
    }

    private func start(_ resource: Resource) throws(StoreOpenError) {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        guard let thread = WorkerThread.start({ self.work(resource) }) else {
            throw StoreOpenError(.failed, "A thread of the store could not be started.")
        }
        self.threads.append(thread)
        self.running += 1
    }

    /// Does jobs until the pool is closed and none is left.
    private func work(_ resource: Resource) {
        while let job = self.nextJob() {
            job(resource)
            self.afterEach(resource)
        }
    }

    /// Waits for a job; nil when the thread is to end.
    private func nextJob() -> Job? {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        while true {
            if let job = self.jobs.popFirst() { return job }
            if self.isClosing { break }
            pthread_cond_wait(self.condition, self.mutex)
        }
        self.running -= 1
        guard self.running == 0 else { return nil }
        for closer in self.closers {
            closer.resume()
        }
        self.closers = []
        return nil
    }
}
