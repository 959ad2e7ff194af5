/// One check of an instance against a schema, by the words of the drafts and without an automaton.
struct InstanceValidator {
    /// How many schemas may be applied inside each other before the instance counts as too deep; that many were
    /// measured to fit into the smallest stack that a thread has, 512 KiB.
    private static let maximumDepth = 512
    /// How many schemas and characters of patterns may be looked at before the check is given up.
    private static let maximumSteps = 5_000_000

    /// The schema's nodes.
    let nodes: [SharedNode]
    private var matchers: [String: PatternMatcher] = [:]
    private var depth = 0
    private var steps = 0
    private var obstacle: JSONSchema.Violation?

    /// Starts a check.
    ///
    /// - Parameter schema: The schema.
    init(schema: JSONSchema) { nodes = schema.sharedNodes }

    /// Checks an instance.
    ///
    /// - Parameters:
    ///   - instance: The instance.
    ///   - index: The schema object.
    ///   - place: Where the instance stands in a larger one.
    /// - Returns: The violations; what kept the check from being finished is the first.
    mutating func validate(
        _ instance: JSONValue,
        by index: JSONSchema.NodeIndex,
        at place: JSONPointer
    ) -> [JSONSchema.Violation] {
        let node = nodes[index.position].node.pointer
        guard !instance.isNested(deeperThan: Self.maximumDepth) else { return [Self.tooDeep(at: place, node: node)] }
        let violations = violations(of: instance, at: place, by: index)
        if obstacle == nil, steps > Self.maximumSteps { obstacle = Self.tooLong(at: place, node: node) }
        return obstacle.map { [$0] + violations } ?? violations
    }

    /// Checks a value against one schema object and those that it refers to.
    ///
    /// - Parameters:
    ///   - instance: The value.
    ///   - place: Where it stands in the instance.
    ///   - index: The schema object.
    /// - Returns: The violations; none when the check is given up, which `obstacle` then tells.
    mutating func violations(
        of instance: JSONValue,
        at place: JSONPointer,
        by index: JSONSchema.NodeIndex
    ) -> [JSONSchema.Violation] {
        let shared = nodes[index.position]
        guard obstacle == nil else { return [] }
        depth += 1
        steps += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            obstacle = Self.tooDeep(at: place, node: shared.node.pointer)
            return []
        }
        guard steps <= Self.maximumSteps else {
            obstacle = Self.tooLong(at: place, node: shared.node.pointer)
            return []
        }
        if shared.node.boolean == false {
            return [
                .init(
                    instancePointer: place,
                    schemaPointer: shared.node.pointer,
                    keyword: "",
                    expected: "no value",
                    found: ViolationReport.text(instance)
                )
            ]
        }
        var report = ViolationReport(place: place, node: shared.node.pointer)
        checkValue(instance, shared, &report)
        switch instance {
        case .string(let text): checkString(text, shared, &report)
        case .number(let number): InstanceValidator.checkNumber(number, shared, &report)
        case .array(let elements): checkElements(elements, shared, &report)
        case .object(let object): checkMembers(object, shared, &report)
        case .null, .bool: break
        }
        checkCombinations(instance, shared, &report)
        return report.violations
    }

    private mutating func checkCombinations(
        _ instance: JSONValue,
        _ shared: SharedNode,
        _ report: inout ViolationReport
    ) {
        for index in [shared.node.reference].compactMap({ $0 }) + shared.node.allOf {
            report.add(violations(of: instance, at: report.place, by: index))
        }
        if !shared.node.anyOf.isEmpty {
            var nearest: [JSONSchema.Violation]?
            for index in shared.node.anyOf {
                let found = violations(of: instance, at: report.place, by: index)
                if nearest.map({ found.count < $0.count }) ?? true { nearest = found }
                if found.isEmpty { break }
            }
            if let first = nearest?.first {
                let expected = "one of the \(shared.node.anyOf.count) schemas of anyOf to hold"
                report.add("anyOf", expected, found: "none; of the nearest, \(first.message)")
            }
        }
        if !shared.node.oneOf.isEmpty {
            var held: [Int] = []
            for (position, index) in shared.node.oneOf.enumerated() where held.count < 2 {
                if violations(of: instance, at: report.place, by: index).isEmpty { held.append(position) }
            }
            let expected = "exactly one of the \(shared.node.oneOf.count) schemas of oneOf to hold"
            if held.isEmpty { report.add("oneOf", expected, found: "none") }
            if held.count > 1 { report.add("oneOf", expected, found: "\(held[0]) and \(held[1])") }
        }
    }

    private static func tooDeep(at place: JSONPointer, node: JSONPointer) -> JSONSchema.Violation {
        .init(
            instancePointer: place,
            schemaPointer: node,
            keyword: "",
            expected: "at most \(maximumDepth) schemas that apply inside each other",
            found: "more; make the instance less deep"
        )
    }

    private static func tooLong(at place: JSONPointer, node: JSONPointer) -> JSONSchema.Violation {
        .init(
            instancePointer: place,
            schemaPointer: node,
            keyword: "",
            expected: "a check of at most \(maximumSteps) steps",
            found: "a longer one; make the schema simpler"
        )
    }

    /// Looks for a pattern in a string.
    ///
    /// - Parameters:
    ///   - text: The string.
    ///   - pattern: The pattern.
    /// - Returns: Whether it was found before the steps came to an end.
    mutating func matches(_ text: String, _ pattern: Pattern) -> Bool {
        let matcher = matchers[pattern.source] ?? PatternMatcher(pattern)
        matchers[pattern.source] = matcher
        return matcher.isFound(in: text, steps: &steps, limit: Self.maximumSteps)
    }
}

/// A node behind a reference: a copy of a node in every frame would fill a thread's stack three times as fast.
final class SharedNode: Sendable {
    /// The node.
    let node: JSONSchema.Node

    /// Shares a node.
    ///
    /// - Parameter node: The node.
    init(_ node: JSONSchema.Node) { self.node = node }
}
