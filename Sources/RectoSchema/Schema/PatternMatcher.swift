/// Looks for a pattern in strings by following all its states at once (Thompson 1968), so that no pattern takes more
/// than its length times the string's.
struct PatternMatcher {
    private enum Instruction {
        case scalar(CodePointSet)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    private struct Program {
        let isAnchoredAtStart: Bool
        let isAnchoredAtEnd: Bool
        var instructions: [Instruction] = []
    }

    private let programs: [Program]

    /// Prepares a pattern.
    ///
    /// - Parameter pattern: The pattern.
    init(_ pattern: Pattern) {
        programs = pattern.alternatives.map { alternative in
            var program = Program(
                isAnchoredAtStart: alternative.isAnchoredAtStart,
                isAnchoredAtEnd: alternative.isAnchoredAtEnd
            )
            Self.append(alternative.expression, to: &program.instructions)
            program.instructions.append(.match)
            return program
        }
    }

    /// Whether a string has a match.
    ///
    /// - Parameters:
    ///   - text: The string.
    ///   - steps: Counts the states that were looked at.
    ///   - limit: At how many the search is given up, without a match.
    /// - Returns: Whether one of the alternatives was found.
    func isFound(in text: String, steps: inout Int, limit: Int) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return programs.contains { Self.isFound($0, in: scalars, steps: &steps, limit: limit) }
    }

    private static func isFound(_ program: Program, in scalars: [Unicode.Scalar], steps: inout Int, limit: Int) -> Bool
    {
        var marks = [Int](repeating: -1, count: program.instructions.count)
        var current: [Int] = []
        for place in 0...scalars.count {
            if place == 0 || !program.isAnchoredAtStart { enter(0, program, place, &marks, &current) }
            var next: [Int] = []
            for state in current {
                steps += 1
                switch program.instructions[state] {
                case .match: if !program.isAnchoredAtEnd || place == scalars.count { return true }
                case .scalar(let set):
                    guard place < scalars.count, set.contains(scalars[place]) else { continue }
                    enter(state + 1, program, place + 1, &marks, &next)
                case .split, .jump: continue
                }
            }
            if steps > limit || (next.isEmpty && program.isAnchoredAtStart) { return false }
            current = next
        }
        return false
    }

    /// Adds a state and all that follow it without a scalar; `marks` holds the place at which each was added last.
    private static func enter(
        _ state: Int,
        _ program: Program,
        _ place: Int,
        _ marks: inout [Int],
        _ states: inout [Int]
    ) {
        var waiting = [state]
        while let state = waiting.popLast() {
            guard marks[state] != place else { continue }
            marks[state] = place
            switch program.instructions[state] {
            case .split(let first, let second): waiting += [second, first]
            case .jump(let target): waiting.append(target)
            case .scalar, .match: states.append(state)
            }
        }
    }

    private static func append(_ expression: Pattern.Expression, to instructions: inout [Instruction]) {
        switch expression {
        case .scalar(let set): instructions.append(.scalar(set))
        case .sequence(let parts): for part in parts { append(part, to: &instructions) }
        case .choice(let parts):
            var jumps: [Int] = []
            for part in parts.dropLast() {
                let split = instructions.count
                instructions.append(.jump(split))
                append(part, to: &instructions)
                jumps.append(instructions.count)
                instructions.append(.jump(0))
                instructions[split] = .split(split + 1, instructions.count)
            }
            if let last = parts.last { append(last, to: &instructions) }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        case .repetition(let part, let minimum, let maximum):
            for _ in 0..<minimum { append(part, to: &instructions) }
            if let maximum {
                var splits: [Int] = []
                for _ in minimum..<maximum {
                    splits.append(instructions.count)
                    instructions.append(.jump(0))
                    append(part, to: &instructions)
                }
                for split in splits { instructions[split] = .split(split + 1, instructions.count) }
            } else {
                let split = instructions.count
                instructions.append(.jump(0))
                append(part, to: &instructions)
                instructions.append(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
            }
        }
    }
}
