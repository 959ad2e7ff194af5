extension MachineBuilder {
    /// What a byte inside a string leads to.
    private struct Branch: Hashable {
        let bytes: ClosedRange<UInt8>
        /// The number of a text state, or of a state that is already made.
        let target: Target
    }

    private enum Target: Hashable {
        /// A scalar is complete and the text is in this state.
        case text(Int)
        /// More bytes of the scalar follow.
        case state(Int)
    }

    /// States inside scalars, which many text states share.
    private struct Shared {
        let first: Int
        let role: MachineState.Role
        var states: [[Branch]: Int] = [:]
        /// The states after which any continuation bytes lead to the same text state, by their bits and that.
        var uniform: [[Int]: Int] = [:]
    }

    /// A run of scalar values and the text state that they lead to.
    private struct Run {
        let scalars: ClosedRange<UInt32>
        let target: Int
    }

    /// Adds the inside of a string in the one way in which `JSONWriter` writes it: UTF-8, escaped where it must be.
    ///
    /// The counter counts scalars; a state is only entered when acceptance is still near enough.
    ///
    /// - Parameters:
    ///   - text: Which texts.
    ///   - most: Most scalars.
    ///   - role: What the states are part of.
    ///   - closing: Gives the state after the closing quote for the bits of a text, or nil when it can't end.
    /// - Returns: The state after the opening quote, and all states.
    mutating func addText(
        _ text: TextAutomaton,
        most: Int,
        role: MachineState.Role,
        closing: (UInt64) -> Int?
    ) -> (start: Int, states: Range<Int>) {
        let first = states.count
        for (state, distance) in text.distances().enumerated() {
            let index = add(role)
            update(index) { $0.most = most - distance }
            if let end = closing(text.accepted[state]) { connect(UInt8(ascii: "\""), from: index, to: end) }
        }
        var shared = Shared(first: first, role: role)
        for state in 0..<text.count {
            var runs: [Run] = []
            text.classes.forEachInterval { interval, column in
                let target = text.transitions[state * text.classes.count + column]
                guard target >= 0 else { return }
                for part in CodePointSet([interval]).ranges {
                    if let last = runs.last, last.target == target, last.scalars.upperBound + 1 == part.lowerBound {
                        runs[runs.count - 1] = Run(scalars: last.scalars.lowerBound...part.upperBound, target: target)
                    } else {
                        runs.append(Run(scalars: part, target: target))
                    }
                }
            }
            for branch in branches(of: runs, &shared) {
                let edge = edge(branch, from: first)
                update(first + state) { $0.edges.append(edge) }
            }
        }
        return (first, first..<states.count)
    }

    private func edge(_ branch: Branch, from first: Int) -> MachineState.Edge {
        switch branch.target {
        case .text(let text): .init(bytes: branch.bytes, target: first + text, weight: 1)
        case .state(let state): .init(bytes: branch.bytes, target: state, weight: 0)
        }
    }

    /// Splits runs of scalars by their first bytes.
    private mutating func branches(
        of runs: [Run],
        _ shared: inout Shared
    ) -> [Branch] {
        var result: [Branch] = []
        var escapes: [Branch] = []
        var controls: [(digits: [UInt8], target: Int)] = []
        for run in runs {
            for value in Self.values(of: run, in: 0..<0x80) {
                guard let escape = JSONEscape.all[Int(value)] else {
                    result.append(Branch(bytes: UInt8(value)...UInt8(value), target: .text(run.target)))
                    continue
                }
                switch escape {
                case .letter(let byte): escapes.append(Branch(bytes: byte...byte, target: .text(run.target)))
                case .hexadecimal(let digits): controls.append((digits, run.target))
                }
            }
        }
        let hexadecimal = chain(controls, &shared)
        if let hexadecimal { escapes.append(Branch(bytes: 0x75...0x75, target: .state(hexadecimal))) }
        let backslash = join(escapes, &shared)
        if let backslash { result.append(Branch(bytes: 0x5C...0x5C, target: .state(backslash))) }
        for (length, lead) in [(2, 0xC0), (3, 0xE0), (4, 0xF0)] as [(Int, UInt32)] {
            let shift = UInt32(6 * (length - 1))
            let scalars: ClosedRange<UInt32> =
                length == 2 ? 0x80...0x7FF : length == 3 ? 0x800...0xFFFF : 0x10000...0x10FFFF
            for byte in (scalars.lowerBound >> shift)...(scalars.upperBound >> shift) {
                let block = max(byte << shift, scalars.lowerBound)...((byte + 1) << shift - 1)
                let rest = continuation(Self.clip(runs, to: block), bits: shift, &shared)
                if let rest {
                    result.append(Branch(bytes: UInt8(lead | byte)...UInt8(lead | byte), target: .state(rest)))
                }
            }
        }
        return Self.merged(result)
    }

    /// Makes the state before the last bytes of scalars that share their first ones.
    private mutating func continuation(
        _ runs: [Run],
        bits: UInt32,
        _ shared: inout Shared
    ) -> Int? {
        guard let only = runs.first else { return nil }
        let isUniform = only.scalars.count == 1 << bits
        if isUniform, let state = shared.uniform[[Int(bits), only.target]] { return state }
        var branches: [Branch] = []
        let shift = bits - 6
        for run in runs where shift == 0 {
            let bytes = UInt8(0x80 | run.scalars.lowerBound & 0x3F)...UInt8(0x80 | run.scalars.upperBound & 0x3F)
            branches.append(Branch(bytes: bytes, target: .text(run.target)))
        }
        if shift > 0 {
            let base = (only.scalars.lowerBound >> bits) << bits
            for byte in 0..<UInt32(64) {
                let low = base + byte << shift
                let part = Self.clip(runs, to: low...(low + 1 << shift - 1))
                guard let rest = continuation(part, bits: shift, &shared) else { continue }
                branches.append(Branch(bytes: UInt8(0x80 | byte)...UInt8(0x80 | byte), target: .state(rest)))
            }
        }
        let state = join(branches, &shared)
        if isUniform { shared.uniform[[Int(bits), only.target]] = state }
        return state
    }

    private mutating func chain(
        _ texts: [(digits: [UInt8], target: Int)],
        _ shared: inout Shared
    ) -> Int? {
        var branches: [Branch] = []
        for (byte, group) in Dictionary(grouping: texts, by: \.digits[0]).sorted(by: { $0.key < $1.key }) {
            if group[0].digits.count == 1 {
                branches.append(Branch(bytes: byte...byte, target: .text(group[0].target)))
            } else if let rest = chain(
                group.map { (Array($0.digits.dropFirst()), $0.target) },
                &shared
            ) {
                branches.append(Branch(bytes: byte...byte, target: .state(rest)))
            }
        }
        return join(branches, &shared)
    }

    private mutating func join(
        _ branches: [Branch],
        _ shared: inout Shared
    ) -> Int? {
        guard !branches.isEmpty else { return nil }
        let branches = Self.merged(branches)
        if let state = shared.states[branches] { return state }
        let state = add(shared.role)
        let edges = branches.map { edge($0, from: shared.first) }
        // The counter does not yet count the scalar that these bytes begin.
        let most = edges.reduce(Int.min) { max($0, states[$1.target].most - $1.weight) }
        update(state) { ($0.edges, $0.most) = (edges, most) }
        shared.states[branches] = state
        return state
    }

    private static func values(of run: Run, in range: Range<UInt32>) -> Range<UInt32> {
        Range(run.scalars).clamped(to: range)
    }

    private static func clip(_ runs: [Run], to block: ClosedRange<UInt32>) -> [Run] {
        runs.filter { $0.scalars.overlaps(block) }.map {
            Run(scalars: $0.scalars.clamped(to: block), target: $0.target)
        }
    }

    private static func merged(_ branches: [Branch]) -> [Branch] {
        var result: [Branch] = []
        for branch in branches.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) {
            if let last = result.last, last.target == branch.target,
                last.bytes.upperBound + 1 == branch.bytes.lowerBound
            {
                result[result.count - 1] = Branch(
                    bytes: last.bytes.lowerBound...branch.bytes.upperBound,
                    target: branch.target
                )
            } else {
                result.append(branch)
            }
        }
        return result
    }
}

/// How `JSONWriter` writes an ASCII character that can't stand for itself.
enum JSONEscape {
    /// A backslash and this letter.
    case letter(UInt8)
    /// `\u` and these digits.
    case hexadecimal([UInt8])

    /// The escape of each ASCII character, nil when it stands for itself.
    static let all = (0..<128).map { JSONEscape(UInt8($0)) }

    private init?(_ character: UInt8) {
        let text = Array(JSONWriter().bytes(.string(String(Unicode.Scalar(character)))).dropFirst().dropLast())
        switch text.count {
        case 2: self = .letter(text[1])
        case 6: self = .hexadecimal(Array(text[2...]))
        default: return nil
        }
    }
}
