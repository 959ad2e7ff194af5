/// Which goals some finite value satisfies: the least fixed point over the shapes.
struct Satisfiability {
    /// Whether a value exists for each goal.
    private(set) var goals: [Bool]
    /// Whether only values count that are written.
    let isWritten: Bool

    /// Computes the fixed point.
    ///
    /// - Parameters:
    ///   - shapes: The shapes of all goals.
    ///   - isWritten: Whether only values count that are written, not those in unusual forms of a format.
    init(_ shapes: [Shape], isWritten: Bool) {
        goals = [Bool](repeating: false, count: shapes.count)
        self.isWritten = isWritten
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for index in shapes.indices.reversed() where !goals[index] && isSatisfiable(shapes[index]) {
                goals[index] = true
                hasChanged = true
            }
        }
    }

    /// Whether some array of a shape is known to exist.
    ///
    /// - Parameter array: The shape.
    /// - Returns: Whether its least number of elements exists.
    func isSatisfiable(_ array: ArrayShape) -> Bool {
        guard array.minimum <= array.maximum ?? .max else { return false }
        return (0..<min(array.minimum, array.prefix.count + 1)).allSatisfy { goals[array.goal(at: $0)] }
    }

    /// Whether some object of a shape is known to exist.
    ///
    /// - Parameter object: The shape.
    /// - Returns: Whether all its required members exist.
    func isSatisfiable(_ object: ObjectShape) -> Bool {
        object.members.allSatisfy { !$0.isRequired || goals[$0.goal] }
    }

    private func isSatisfiable(_ shape: Shape) -> Bool {
        !shape.literals.isEmpty || shape.numbers.contains { !$0.automaton.isEmpty }
            || shape.texts.contains { !(isWritten ? $0.isUnwritable : $0.isEmpty) }
            || shape.arrays.contains(where: isSatisfiable) || shape.objects.contains(where: isSatisfiable)
    }
}
