internal import Glibc

/// What the daemon asks of the kernel for itself.
package enum ProcessLimits {
    /// Raises the limit of open files to the hard one, and forbids core dumps, which would hold
    /// keys and PINs.
    package static func apply() {
        var files = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 {
            files.rlim_cur = files.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // The limit does not hold for dumps that are piped to a program (core(5)); this leaves
        // nothing of the memory in them.
        let filter = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
        guard filter >= 0 else { return }
        write(filter, "0", 1)
        close(filter)
    }
}
