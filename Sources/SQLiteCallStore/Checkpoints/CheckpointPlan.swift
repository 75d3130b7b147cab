/// Decides when the write-ahead log is copied into the database, and by whom.
///
/// Copying beside the commits never reaches the log's end while they go on, and only from there can
/// the log begin anew. So a second thread copies nearly all of it, in passes that it follows with
/// the sync; the writer copies the rest, which is little, between two commits.
struct CheckpointPlan: Equatable, Sendable {
    enum OnCommit: Equatable, Sendable {
        case nothing
        /// Copy beside the commits, then say so with ``copied(pages:)``.
        case copyBeside
        /// Copy before the next commit, then say so with ``copied(pages:)``. A pass under way is
        /// waited for.
        case copyNow
    }

    private var isCopying = false
    /// Length of the log at the last commit, in pages.
    private var length = 0
    /// How much of the log is in the database.
    private var copied = 0
    /// Lengths at which a pass and the writer's own copying have begun last. Where a reader's
    /// snapshot stops them, they are not tried anew at each commit.
    private var passBegan = 0
    private var writerBegan = 0

    /// So many new pages are worth a pass.
    static let passPages = 1000
    /// From so many on, the log is to begin anew: 48 MiB of usual pages.
    static let restartPages = 12_000
    /// Most that the writer copies between two commits: 1 MiB.
    static let restPages = 250
    /// From so many on, the writer copies whatever is left: 96 MiB. Past it the log grows only
    /// while a snapshot is held, as by a backup.
    static let lengthMax = 24_000

    /// A commit made the log so long.
    mutating func committed(length: Int) -> OnCommit {
        if length < self.length {
            // It has begun anew.
            (self.copied, self.passBegan, self.writerBegan) = (0, 0, 0)
        }
        self.length = length
        let rest = length - self.copied
        let isTooLong = length >= Self.lengthMax && length >= self.writerBegan + Self.passPages
        let isNearlyDone =
            length >= Self.restartPages && rest <= Self.restPages
            && length >= self.writerBegan + Self.restPages
        if isTooLong || isNearlyDone && !self.isCopying {
            self.writerBegan = length
            return .copyNow
        }
        // Near the end, passes follow one another until little is left.
        let due = length >= Self.restartPages ? Self.restPages : Self.passPages
        guard !self.isCopying, rest >= due, length >= self.passBegan + due else { return .nothing }
        self.isCopying = true
        self.passBegan = length
        return .copyBeside
    }

    /// So many pages of the log are in the database; nil where nothing is known.
    mutating func copied(pages: Int?) {
        self.isCopying = false
        // The log may have begun anew meanwhile.
        self.copied = min(pages ?? self.copied, self.length)
    }
}
