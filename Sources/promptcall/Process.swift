import Glibc

/// The variables of the process's environment.
func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let variable = entry.pointee {
        let text = String(cString: variable)
        if let sign = text.firstIndex(of: "=") {
            variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        entry += 1
    }
    return variables
}

/// The time since 1970-01-01T00:00:00Z.
func wallClock() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// The absolute path of the directory that the process works in; the root where it has none any
/// more.
func workingDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
}
