/// The values that satisfy a goal, sorted by type: a value has the shape when it is one of the parts.
struct Shape: Sendable {
    /// Values that are written out.
    var literals: [JSONValue] = []
    /// Values that are written out but must also have another shape; resolved into `literals` once all shapes are known.
    var candidates: [(values: [JSONValue], shape: Shape)] = []
    /// Strings.
    var texts: [TextShape] = []
    /// Numbers.
    var numbers: [NumberShape] = []
    /// Arrays.
    var arrays: [ArrayShape] = []
    /// Objects.
    var objects: [ObjectShape] = []

    /// Adds the parts of another shape.
    ///
    /// - Parameter other: The other shape.
    mutating func append(_ other: Shape) {
        literals += other.literals.filter { literal in !literals.contains { $0.isEqualInstance(to: literal) } }
        candidates += other.candidates
        texts += other.texts.filter { !texts.contains($0) }
        numbers += other.numbers.filter { !numbers.contains($0) }
        arrays += other.arrays.filter { !arrays.contains($0) }
        objects += other.objects.filter { !objects.contains($0) }
    }
}

/// Numbers of one range and the automaton that writes them.
struct NumberShape: Sendable, Hashable {
    /// Which numbers.
    let range: NumberRange
    /// How they are written.
    let automaton: NumberAutomaton
}

/// Arrays: a goal for each of the first elements and one for all others.
struct ArrayShape: Sendable, Hashable {
    /// The goals of the first elements.
    let prefix: [Int]
    /// The goal of all others.
    let rest: Int
    /// Fewest elements.
    let minimum: Int
    /// Most elements, when there is a limit.
    let maximum: Int?

    /// The goal of an element.
    ///
    /// - Parameter index: The element's place, from 0.
    /// - Returns: The goal.
    func goal(at index: Int) -> Int { index < prefix.count ? prefix[index] : rest }
}

/// Objects: named members in the order in which they are written, and others.
struct ObjectShape: Sendable, Hashable {
    /// A member that `properties` or `required` names.
    struct Member: Sendable, Hashable {
        /// The key.
        let key: String
        /// The value's goal.
        let goal: Int
        /// Whether it must be there.
        let isRequired: Bool
    }

    /// The named members.
    let members: [Member]
    /// Keys of all other members, unless there can be none; its bits choose the goal.
    let otherKeys: TextAutomaton?
    /// The goals of other members by the bits of their keys.
    let otherGoals: [UInt64: Int]

    /// Finds the goal of a member that is not named.
    ///
    /// - Parameter key: Its key.
    /// - Returns: Its goal, or nil when it is not allowed.
    func otherGoal(_ key: String) -> Int? { otherKeys.flatMap { otherGoals[$0.accepts(key)] } }
}
