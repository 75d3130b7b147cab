/// A mapping in the YAML file with a closed set of keys.
struct FileSection<Key: CaseIterable & Hashable & RawRepresentable<String>> {
    /// The mapping itself.
    let node: FileNode
    private let nodes: [Key: FileNode]

    init(node: FileNode, nodes: [Key: FileNode]) {
        self.node = node
        self.nodes = nodes
    }

    /// What stands under a key; nil where the key is left out.
    subscript(key: Key) -> FileNode? { self.nodes[key] }

    /// What stands under a key that must not be left out.
    func required(_ key: Key) throws(ConfigurationError) -> FileNode {
        guard let node = self.nodes[key] else {
            throw self.node.origin.refused("lacks the key '\(key.rawValue)', which is required")
        }
        return node
    }
}
