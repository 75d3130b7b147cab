import Glibc

/// A directory that could not be made.
struct DirectoryError: Error {
    var errorNumber: Int32
}

/// Gives a closure a directory and removes it, with the files in it, afterwards.
func withTemporaryDirectory<Result>(
    _ body: (_ path: String) async throws -> Result
) async throws -> Result {
    var template = Array("/tmp/promptcall-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw DirectoryError(errorNumber: errno) }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { removeDirectory(path) }
    return try await body(path)
}

private func removeDirectory(_ path: String) {
    if let directory = opendir(path) {
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            // The two that are no files cannot be unlinked.
            unlink("\(path)/\(name)")
        }
        closedir(directory)
    }
    rmdir(path)
}
