import Yams

/// A value in a scenario file, with the keys that lead to it.
struct ScenarioNode {
    let file: String
    /// Keys from the top; empty for the file as a whole.
    let path: String
    let line: Int?
    private let node: Node

    private init(_ node: Node, path: String, line: Int?, file: String) {
        self.node = node
        self.path = path
        self.line = line
        self.file = file
    }

    /// Reads a whole file.
    ///
    /// - Returns: Its top; nil where nothing stands in it.
    static func top(of text: String, file: String) throws(ScenarioError) -> ScenarioNode? {
        func unusable(_ line: Int?, _ problem: String) -> ScenarioError {
            ScenarioError(file: file, line: line, key: "", message: "is not valid YAML: \(problem)")
        }
        do {
            // Every scalar stays text: numbers of phones are no numbers.
            guard let node = try Yams.compose(yaml: text, .basic) else { return nil }
            return ScenarioNode(node, path: "", line: node.mark?.line, file: file)
        } catch {
            switch error as? YamlError {
            case .duplicatedKeysInMapping(let keys, let context):
                throw ScenarioError(
                    file: file,
                    line: context.mark.line,
                    key: keys.joined(separator: ", "),
                    message: "stands there twice"
                )
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw unusable(mark.line, problem)
            case .reader, .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded,
                nil:
                throw unusable(nil, "it cannot be read")
            }
        }
    }

    func error(_ message: String) -> ScenarioError {
        ScenarioError(file: self.file, line: self.line, key: self.path, message: message)
    }

    /// Whether it is a mapping of keys.
    var isMapping: Bool { self.node.mapping != nil }

    /// The values under a mapping's keys, in their order.
    func entries() throws(ScenarioError) -> [(key: String, value: ScenarioNode)] {
        guard let mapping = self.node.mapping else { throw self.error("must be a mapping of keys") }
        var entries: [(key: String, value: ScenarioNode)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw self.error("has a key of many parts") }
            let path = self.path.isEmpty ? name : "\(self.path).\(name)"
            let line = key.mark?.line
            entries.append((name, ScenarioNode(value, path: path, line: line, file: self.file)))
        }
        return entries
    }

    /// A mapping whose keys are all of a closed set.
    func section<Key: CaseIterable & Hashable & RawRepresentable<String>>(
        of type: Key.Type
    ) throws(ScenarioError) -> [Key: ScenarioNode] {
        var nodes: [Key: ScenarioNode] = [:]
        for (name, value) in try self.entries() {
            guard let key = Key(rawValue: name) else {
                let known = Key.allCases.map(\.rawValue)
                throw value.error("is not a known key" + NearWord.clause(for: name, among: known))
            }
            nodes[key] = value
        }
        return nodes
    }

    /// The values of a list.
    func items() throws(ScenarioError) -> [ScenarioNode] {
        guard let sequence = self.node.sequence else { throw self.error("must be a list") }
        return sequence.enumerated().map { index, node in
            ScenarioNode(
                node,
                path: "\(self.path)[\(index)]",
                line: node.mark?.line ?? self.line,
                file: self.file
            )
        }
    }

    /// A single value as it is written, quoted or not.
    func text() throws(ScenarioError) -> String {
        guard let text = self.node.scalar?.string, !text.isEmpty else {
            throw self.error("must be a single value")
        }
        return text
    }

    /// A word of a closed set.
    func word<Word: CaseIterable & RawRepresentable<String>>(
        of type: Word.Type
    ) throws(ScenarioError) -> Word {
        let text = try self.text()
        guard let word = Word(rawValue: text) else {
            throw self.unknown(text, among: Word.allCases.map(\.rawValue))
        }
        return word
    }

    /// The error for a word that is not one of a set.
    func unknown(_ text: String, among known: [String]) -> ScenarioError {
        let list = known.joined(separator: ", ")
        return self.error(
            "'\(text.prefix(40))' is not one of \(list)" + NearWord.clause(for: text, among: known)
        )
    }

    func integer(in range: ClosedRange<Int>) throws(ScenarioError) -> Int {
        guard let number = Int(try self.text()), range.contains(number) else {
            throw self.error("must be a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func number(in range: ClosedRange<Double>) throws(ScenarioError) -> Double {
        guard let number = Double(try self.text()), range.contains(number) else {
            throw self.error("must be a number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A length of time: a number and one of the units ms, s, m and h.
    ///
    /// - Throws: ``ScenarioError`` where it is none or more than a day.
    func duration() throws(ScenarioError) -> Duration {
        let text = try self.text()
        let digits = text.prefix { "0123456789.".contains($0) }
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
        guard let unit = units[String(text[digits.endIndex...])], let number = Double(digits),
            number * unit <= 86_400
        else {
            throw self.error("must be a duration up to a day, such as 500ms, 2s, 1.5m or 1h")
        }
        return .milliseconds(Int64((number * unit * 1000).rounded()))
    }

    /// The name of a host, without a port.
    func host() throws(ScenarioError) -> String {
        let text = try self.text()
        guard text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) })
        else { throw self.error("must be the name of a host, such as localhost, without a port") }
        return text
    }

    /// An absolute HTTP URL.
    func url() throws(ScenarioError) -> String {
        let text = try self.text()
        guard text.hasPrefix("http://") || text.hasPrefix("https://"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw self.error("must be a URL that begins with http:// or https://") }
        return text
    }
}
