/// What `--swift-ttrpc_opt` says.
struct GeneratorOptions: Equatable {
    /// Access of the declarations.
    enum Visibility: String {
        case `internal` = "Internal"
        case package = "Package"
        case `public` = "Public"

        /// The keyword with a space behind it, or nothing.
        var prefix: String {
            switch self {
            case .internal: ""
            case .package: "package "
            case .public: "public "
            }
        }

        /// The same for an import.
        var importPrefix: String {
            switch self {
            case .internal: "internal "
            case .package: "package "
            case .public: "public "
            }
        }
    }

    /// Where a file goes.
    enum FileNaming: String {
        /// Beside where its .proto file is.
        case fullPath = "FullPath"
        /// Into the output folder itself.
        case dropPath = "DropPath"
    }

    var visibility = Visibility.internal
    var fileNaming = FileNaming.fullPath

    /// Reads options.
    ///
    /// - Throws: ``GeneratorError`` naming the option that is unknown or has no such value.
    init(_ pairs: [(key: String, value: String)]) throws(GeneratorError) {
        for (key, value) in pairs {
            switch key {
            case "Visibility":
                guard let visibility = Visibility(rawValue: value) else {
                    throw GeneratorError(
                        message: "Visibility is Public, Package or Internal, not '\(value)'"
                    )
                }
                self.visibility = visibility
            case "FileNaming":
                guard let fileNaming = FileNaming(rawValue: value) else {
                    throw GeneratorError(
                        message: "FileNaming is FullPath or DropPath, not '\(value)'"
                    )
                }
                self.fileNaming = fileNaming
            default:
                throw GeneratorError(message: "unknown option '\(key)'")
            }
        }
    }

    /// The generated file's name for a .proto file's.
    func fileName(for protoFile: String) -> String {
        var name = Substring(protoFile)
        if name.hasSuffix(".proto") { name = name.dropLast(".proto".count) }
        if self.fileNaming == .dropPath, let slash = name.lastIndex(of: "/") {
            name = name[name.index(after: slash)...]
        }
        return name + ".ttrpc.swift"
    }
}
