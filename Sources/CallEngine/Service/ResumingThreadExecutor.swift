/// Runs a task at once on whatever thread resumes it.
///
/// For tasks that do little and then wait again: whoever resumes them waits for that little.
final class ResumingThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        UnownedJob(job).runSynchronously(on: self.asUnownedTaskExecutor())
    }
}
