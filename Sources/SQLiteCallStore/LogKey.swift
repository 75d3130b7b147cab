/// Keys of log metadata.
enum LogKey {
    static let error = "error"
}
