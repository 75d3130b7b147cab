internal import Yams

extension FileNode {
    /// Most duplicate keys that are looked for before the first is reported without its path.
    private static let duplicatesMax = 100
    /// Begins the name that a duplicate key gets so that the rest can be read.
    private static let marker = "duplicate-key-"

    /// Reads a whole YAML file.
    ///
    /// - Returns: Its top; nil where nothing stands in it.
    /// - Throws: ``ConfigurationError`` with the line, and for a key that occurs twice its path.
    static func top(of text: String, file: String) throws(ConfigurationError) -> FileNode? {
        do {
            // Every scalar stays text, for the settings say themselves what they are. That also
            // makes `1` and `"1"` one key.
            guard let node = try Yams.compose(yaml: text, .basic) else { return nil }
            let top = FileNode(node, path: "", file: file)
            return top.isEmpty ? nil : top
        } catch {
            switch error as? YamlError {
            case .duplicatedKeysInMapping(let keys, let context):
                throw Self.duplicate(of: keys, at: context.mark, in: text, file: file)
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw Self.unreadable(problem, line: mark.line, file: file)
            case .reader(let problem, _, _, _):
                throw Self.unreadable(problem, line: nil, file: file)
            case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil:
                throw Self.unreadable("it cannot be read", line: nil, file: file)
            }
        }
    }

    private static func unreadable(_ problem: String, line: Int?, file: String)
        -> ConfigurationError
    {
        SettingOrigin.file(file, key: "", line: line).refused("is not valid YAML: \(problem)")
    }

    /// Yams knows the line of a duplicate key but not the path that leads to it. So each
    /// duplicate gets a name of its own until the file can be read, and the first one's place in
    /// the tree is the path.
    private static func duplicate(
        of keys: [String],
        at mark: Mark,
        in text: String,
        file: String
    ) -> ConfigurationError {
        let key = keys.first ?? ""
        var text = text
        var mark = mark
        for number in 1...Self.duplicatesMax {
            text = Self.inserting("\(Self.marker)\(number)-", at: mark, in: text)
            do {
                guard let node = try Yams.compose(yaml: text, .basic) else { break }
                return Self.duplicate(of: key, in: node, path: "", file: file)
                    ?? Self.twice(key, path: key, lines: (mark.line, nil), file: file)
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                mark = context.mark
            } catch {
                break
            }
        }
        return Self.twice(key, path: key, lines: (mark.line, nil), file: file)
    }

    private static func inserting(_ name: String, at mark: Mark, in text: String) -> String {
        // Lines as libyaml counts them in a file of ours: by line feeds.
        var scalars = text.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<max(mark.line, 1) {
            guard let feed = scalars[index...].firstIndex(of: "\n") else { return text }
            index = scalars.index(after: feed)
        }
        guard
            let place = scalars.index(index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex)
        else { return text }
        scalars.insert(contentsOf: name.unicodeScalars, at: place)
        return String(scalars)
    }

    private static func duplicate(
        of key: String,
        in node: Node,
        path: String,
        file: String
    ) -> ConfigurationError? {
        switch node {
        case .mapping(let mapping):
            var renamed: Int?
            for (entry, _) in mapping where entry.string?.hasPrefix("\(Self.marker)1-") == true {
                renamed = entry.mark?.line
            }
            if let renamed {
                let other = mapping.first { $0.key.string == key }?.key.mark?.line
                let full = path.isEmpty ? key : "\(path).\(key)"
                return Self.twice(key, path: full, lines: (renamed, other), file: file)
            }
            for (entry, value) in mapping {
                let name = entry.string ?? ""
                let below = path.isEmpty ? name : "\(path).\(name)"
                if let found = Self.duplicate(of: key, in: value, path: below, file: file) {
                    return found
                }
            }
            return nil
        case .sequence(let sequence):
            for (index, value) in sequence.enumerated() {
                let below = "\(path)[\(index)]"
                if let found = Self.duplicate(of: key, in: value, path: below, file: file) {
                    return found
                }
            }
            return nil
        case .scalar, .alias:
            return nil
        }
    }

    private static func twice(
        _ key: String,
        path: String,
        lines: (first: Int, second: Int?),
        file: String
    ) -> ConfigurationError {
        SettingOrigin.file(file, key: path, line: lines.second ?? lines.first).refused(
            lines.second == nil
                ? "stands there twice; remove one"
                : "stands there twice, first in line \(lines.first); remove one"
        )
    }
}
