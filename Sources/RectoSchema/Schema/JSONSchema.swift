/// A JSON Schema (draft 2020-12) of which every keyword is understood: a graph of nodes, one per schema object.
///
/// A node names others by index, so that a recursive `$ref` is a number and not a circle of values. What can't be
/// guaranteed is refused when the schema is made, never passed over. `validate` checks an instance against it.
public struct JSONSchema: Sendable {
    /// Names a node of one schema.
    public struct NodeIndex: Sendable, Hashable {
        /// The place in `nodes`.
        public let position: Int
    }

    /// How deeply the source may be nested, and how many `$ref`, `allOf`, `anyOf` and `oneOf` may follow each other
    /// without a step into the instance.
    public static let maximumDepth = 128

    /// The schema's JSON.
    public let source: JSONValue
    /// All schema objects and boolean schemas of the source in the order of the source; then, for each `nullable` beside a
    /// `$ref`, what the reference means with `null` allowed.
    public let nodes: [Node]
    /// The node of the whole schema.
    public let root: NodeIndex
    /// The nodes as the validator takes them.
    let sharedNodes: [SharedNode]

    /// Compiles a schema.
    ///
    /// - Parameter source: The schema's JSON; all it refers to stands inside it.
    /// - Throws: `SchemaError` with every mistake and everything that is not supported, each with its place.
    public init(source: JSONValue) throws(SchemaError) {
        var compiler = SchemaCompiler(source: source)
        self = try compiler.compile()
    }

    /// Takes nodes that were compiled.
    ///
    /// - Parameters:
    ///   - source: The schema's JSON.
    ///   - nodes: Its nodes.
    ///   - root: The node of the whole schema.
    init(source: JSONValue, nodes: [Node], root: NodeIndex) {
        self.source = source
        self.nodes = nodes
        self.root = root
        sharedNodes = nodes.map(SharedNode.init)
    }

    /// Finds a node.
    ///
    /// - Parameter index: An index out of this schema.
    /// - Returns: The node.
    public subscript(index: NodeIndex) -> Node { nodes[index.position] }
}
