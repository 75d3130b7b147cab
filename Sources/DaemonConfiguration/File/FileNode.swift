internal import Yams

/// A value in the YAML file, with the path of keys that leads to it.
struct FileNode {
    /// The file's name, for errors.
    let file: String
    /// Keys from the top, such as `callers[0].uid`; empty for the file as a whole.
    let path: String
    private let node: Node

    init(_ node: Node, path: String, file: String) {
        self.node = node
        self.path = path
        self.file = file
    }

    var origin: SettingOrigin {
        .file(self.file, key: self.path, line: self.node.mark?.line)
    }

    /// Whether nothing stands there.
    var isEmpty: Bool {
        guard let scalar = self.node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The values under a mapping's keys, in their order.
    func entries() throws(ConfigurationError) -> [(key: String, value: FileNode)] {
        guard let mapping = self.node.mapping else { throw self.wrongKind("a mapping of keys") }
        var entries: [(key: String, value: FileNode)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw SettingOrigin.file(self.file, key: self.path, line: key.mark?.line)
                    .refused("has a key that is not a word")
            }
            let path = self.path.isEmpty ? name : "\(self.path).\(name)"
            entries.append((name, FileNode(value, path: path, file: self.file)))
        }
        return entries
    }

    /// A mapping whose keys must all be of a closed set.
    func section<Key>(of type: Key.Type) throws(ConfigurationError) -> FileSection<Key> {
        var nodes: [Key: FileNode] = [:]
        for (name, value) in try self.entries() {
            guard let key = Key(rawValue: name) else {
                let known = Key.allCases.map(\.rawValue)
                throw value.origin.refused(
                    "is not a known key" + Suggestion.clause(for: name, among: known)
                )
            }
            nodes[key] = value
        }
        return FileSection(node: self, nodes: nodes)
    }

    /// The values of a list.
    func items() throws(ConfigurationError) -> [FileNode] {
        guard let sequence = self.node.sequence else { throw self.wrongKind("a list") }
        return sequence.enumerated().map {
            FileNode($0.element, path: "\(self.path)[\($0.offset)]", file: self.file)
        }
    }

    /// A single value as it is written, quoted or not.
    func text() throws(ConfigurationError) -> String {
        guard let scalar = self.node.scalar, !self.isEmpty else {
            throw self.wrongKind("a single value")
        }
        return scalar.string
    }

    /// A single value that must not be quoted, as it is written.
    func number() throws(ConfigurationError) -> String {
        let text = try self.text()
        guard self.node.scalar?.style == .plain else {
            throw self.origin.refused("must be a number, without quotes")
        }
        return text
    }

    /// A single value put through its check.
    func value<Value>(
        _ parse: (String) throws(InvalidValue) -> Value
    ) throws(ConfigurationError) -> Value {
        let text = try self.text()
        do {
            return try parse(text)
        } catch {
            throw self.origin.refused(error.message)
        }
    }

    /// A list of single values, each put through a check.
    func values<Value>(
        _ parse: (String) throws(InvalidValue) -> Value
    ) throws(ConfigurationError) -> [Value] {
        var values: [Value] = []
        for item in try self.items() { values.append(try item.value(parse)) }
        return values
    }

    func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let text = try self.number()
        do {
            return try SettingText.integer(text, in: range)
        } catch {
            throw self.origin.refused(error.message)
        }
    }

    func duration(in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        try self.value { text throws(InvalidValue) in try Duration(setting: text, in: range) }
    }

    func secretFile() throws(ConfigurationError) -> SecretFile {
        SecretFile(path: try self.value(SettingText.secretFilePath), key: self.path)
    }

    private func wrongKind(_ expected: String) -> ConfigurationError {
        let found =
            switch self.node {
            case .scalar: self.isEmpty ? "is empty" : "is a single value"
            case .mapping: "is a mapping of keys"
            case .sequence: "is a list"
            case .alias: "is an alias"
            }
        let advice = self.isEmpty && !self.path.isEmpty ? "; leave the key out or fill it in" : ""
        return self.origin.refused("\(found) but must be \(expected)\(advice)")
    }
}
