/// How a disk fails within one operation of the store.
package enum DiskFault: Equatable, Sendable {
    /// The write after so many others fails with an error of input and output.
    case writeFails(after: Int)
    /// The write after so many others finds the disk full.
    case fillsUp(after: Int)
    /// The sync after so many others fails: what was written may or may not be durable.
    case syncFails(after: Int)
    /// The same, and the process is killed before it can do anything about it.
    case syncFailsAtDeath(after: Int)
    /// The power is cut before the change after so many others.
    case powerCut(after: Int)
    /// The read after so many others fails.
    case readFails(after: Int)
}
