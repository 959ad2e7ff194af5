/// Turns the nodes of a schema into shapes: merges what must hold together and tells apart what may hold instead.
struct ShapeBuilder {
    /// Most cases that the alternatives of one goal may multiply to.
    static let caseLimit = 512
    /// Most goals of one schema.
    static let goalLimit = 8_192

    /// Two alternatives of a `oneOf` that must not hold together: the goal of both must be unsatisfiable.
    struct Disjointness {
        let goal: Int
        let place: JSONPointer
        let alternatives: [JSONPointer]
    }

    let schema: JSONSchema
    let options: AutomatonOptions
    var library: PatternLibrary
    private(set) var shapes: [Shape] = []
    private(set) var disjointnesses: [Disjointness] = []
    private var numbers: [SchemaGoal: Int] = [:]
    /// What each shape must satisfy.
    private(set) var order: [SchemaGoal] = []
    private var comparisons: Set<Int> = []
    private var trials = 0

    /// Prepares for a schema.
    ///
    /// - Parameters:
    ///   - schema: The schema.
    ///   - options: The bounds of numbers and the most states.
    init(_ schema: JSONSchema, options: AutomatonOptions) {
        self.schema = schema
        self.options = options
        library = PatternLibrary(limit: options.maximumStates)
    }

    /// Makes the shapes of the whole schema; the root's is the first.
    ///
    /// - Throws: `AutomatonError` for what can't be merged within the limits.
    mutating func build() throws(AutomatonError) {
        _ = try goal([schema.root])
        while shapes.count < order.count { shapes.append(try shape(of: order[shapes.count])) }
        for index in shapes.indices { resolveCandidates(of: index) }
    }

    /// Numbers the goal of several nodes.
    ///
    /// - Parameter nodes: The nodes that must all be satisfied.
    /// - Returns: The goal's place in `shapes`.
    /// - Throws: `AutomatonError.tooManyCases` when there are too many goals.
    mutating func goal(_ nodes: some Sequence<JSONSchema.NodeIndex>) throws(AutomatonError) -> Int {
        let constraining = nodes.filter { schema[$0].boolean != true }
        return try number(SchemaGoal(constraining.map { .init(node: $0.position, isOwn: false) }))
    }

    private mutating func number(_ goal: SchemaGoal) throws(AutomatonError) -> Int {
        if let number = numbers[goal] { return number }
        guard order.count < Self.goalLimit else {
            let place = goal.terms.first.map { schema.nodes[$0.node].pointer } ?? JSONPointer()
            throw .tooManyCases(place, limit: Self.goalLimit)
        }
        numbers[goal] = order.count
        order.append(goal)
        return order.count - 1
    }

    private mutating func shape(of goal: SchemaGoal) throws(AutomatonError) -> Shape {
        var shape = Shape()
        trials = 0
        let place = goal.terms.first.map { schema.nodes[$0.node].pointer } ?? JSONPointer()
        for nodes in try cases(of: goal.terms, beside: [], at: place) {
            shape.append(try self.shape(satisfying: nodes.map { schema.nodes[$0] }))
        }
        return shape
    }

    /// Chooses an alternative of each `anyOf` and `oneOf` in every possible way.
    private mutating func cases(
        of terms: [SchemaGoal.Term],
        beside chosen: [Int],
        at place: JSONPointer
    ) throws(AutomatonError) -> [[Int]] {
        // Cases that come to nothing cost time, too.
        trials += 1
        guard trials <= Self.caseLimit * 8 else { throw .tooManyCases(place, limit: Self.caseLimit) }
        var chosen = chosen
        var pending = terms[...]
        while let term = pending.popFirst() {
            let node = schema.nodes[term.node]
            if node.boolean == false { return [] }
            guard !chosen.contains(term.node) else { continue }
            chosen.append(term.node)
            guard !term.isOwn else { continue }
            let inner = ([node.reference].compactMap(\.self) + node.allOf)
                .map { SchemaGoal.Term(node: $0.position, isOwn: false) }
            try recordDisjointness(of: term.node)
            let choices = [node.anyOf, node.oneOf].filter { !$0.isEmpty }
            guard let first = choices.first else {
                pending = (inner + pending)[...]
                continue
            }
            var all: [[Int]] = []
            for one in first {
                for other in choices.count > 1 ? choices[1].map({ [$0] }) : [[]] {
                    let alternatives = ([one] + other).map { SchemaGoal.Term(node: $0.position, isOwn: false) }
                    all += try cases(of: inner + alternatives + pending, beside: chosen, at: place)
                    guard all.count <= Self.caseLimit else { throw .tooManyCases(place, limit: Self.caseLimit) }
                }
            }
            return all
        }
        return [chosen]
    }

    private mutating func recordDisjointness(of index: Int) throws(AutomatonError) {
        let node = schema.nodes[index]
        guard node.oneOf.count > 1, comparisons.insert(index).inserted else { return }
        for (place, left) in node.oneOf.enumerated() {
            for right in node.oneOf[(place + 1)...] {
                let both = [left, right].map { SchemaGoal.Term(node: $0.position, isOwn: false) }
                let goal = try number(SchemaGoal([.init(node: index, isOwn: true)] + both))
                let alternatives = [schema[left].pointer, schema[right].pointer]
                let pointer = node.pointer.appending("oneOf")
                disjointnesses.append(Disjointness(goal: goal, place: pointer, alternatives: alternatives))
            }
        }
    }

    private mutating func resolveCandidates(of index: Int) {
        var shape = shapes[index]
        guard !shape.candidates.isEmpty else { return }
        var matcher = ShapeMatcher(shapes: shapes)
        var resolved = Shape()
        for (values, other) in shape.candidates {
            resolved.literals += values.filter { value in
                // `nil` would be read as the JSON value here.
                if case .some = matcher.rewritten(value, as: other) { true } else { false }
            }
        }
        shape.candidates = []
        shape.append(resolved)
        shapes[index] = shape
    }
}
