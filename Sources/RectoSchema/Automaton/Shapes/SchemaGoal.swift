/// What one place of an instance must satisfy: several nodes of a schema at once.
struct SchemaGoal: Sendable, Hashable {
    /// A node, or only those of its keywords that speak of the instance itself.
    struct Term: Sendable, Hashable, Comparable {
        /// The node.
        let node: Int
        /// Whether `$ref`, `allOf`, `anyOf` and `oneOf` are left out.
        let isOwn: Bool

        static func < (left: Term, right: Term) -> Bool {
            left.node == right.node ? !left.isOwn && right.isOwn : left.node < right.node
        }
    }

    /// The terms without repetition, in rising order, so that equal goals are equal values.
    let terms: [Term]

    /// Makes a goal.
    ///
    /// - Parameter terms: The terms in any order.
    init(_ terms: some Sequence<Term>) { self.terms = Set(terms).sorted() }
}
