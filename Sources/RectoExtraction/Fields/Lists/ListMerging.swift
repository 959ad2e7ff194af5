import RectoPages
import RectoSchema

/// Makes one list of the tables, or pages' answers, that were read for it.
struct ListMerging {
    let list: SchemaList
    /// Knows how the document writes its numbers and days.
    let converter: ValueConverter

    /// A list and what it was made of.
    struct Merged {
        /// The list; nil when there is none and it may be absent, or when its tables contradict each other.
        var value: JSONValue?
        /// The cells that became values.
        var answers: [FieldCandidate]
        /// What is missing or wrong.
        var errors: [ExtractionError]
        /// The tables that say something else than the list.
        var conflict: FieldConflict?
    }

    /// One of the tables or answers, as if it were the whole list.
    private struct Part {
        let rows: [ListRow]
        let merged: Merged
        /// The mean probability of what was read for its cells; 0 for a cell that is not what the schema wants.
        let confidence: Double

        init(_ rows: [ListRow], merged: Merged) {
            self.rows = rows
            self.merged = merged
            let cells = rows.reduce(0) { $0 + $1.cells.count }
            confidence = merged.answers.reduce(0) { $0 + $1.probability } / Double(max(1, cells))
        }

        /// What it says, whatever the spacing, the letter case and the notation.
        var key: [[String]] { elements.map(\.comparedLeaves) }

        var elements: [JSONValue] { merged.value?.arrayValue ?? [] }
    }

    /// Builds the list as its merge policy wants it.
    ///
    /// - Parameter rows: What was read for it, in the order of the document.
    /// - Returns: The list.
    func merge(_ rows: [ListRow]) -> Merged {
        guard let policy = list.node.printed.listMerge?.choice else { return built(rows) }
        var order: [Int] = []
        for row in rows where !order.contains(row.part) { order.append(row.part) }
        let parts = order.map { part in
            let own = rows.filter { $0.part == part }
            return Part(own, merged: built(own))
        }
        guard let first = parts.first else { return built([]) }
        let chosen =
            policy == .best
            ? parts.dropFirst().reduce(first) { $1.confidence > $0.confidence ? $1 : $0 } : first
        let rivals = parts.filter { $0.key != chosen.key }
        guard !rivals.isEmpty else { return chosen.merged }
        var merged = chosen.merged
        let candidates = ([chosen] + rivals).enumerated().compactMap { order, part in
            candidate(of: part, isChosen: order == 0 && policy != .mustAgree)
        }
        if candidates.count > 1 {
            merged.conflict = FieldConflict(pointer: list.pointer, policy: policy, candidates: candidates)
        }
        guard policy == .mustAgree else { return merged }
        merged.value = list.node.allowsNull ? .null : nil
        merged.answers = []
        merged.errors = [contradiction(of: [chosen] + rivals)]
        return merged
    }

    private func built(_ rows: [ListRow]) -> Merged {
        var assembly = ListAssembly(list, converter: converter)
        let value = assembly.build(rows)
        return Merged(value: value, answers: assembly.answers, errors: assembly.errors)
    }

    private func candidate(of part: Part, isChosen: Bool) -> FieldConflict.Candidate? {
        let answers = part.merged.answers.isEmpty ? part.rows.flatMap(\.cells) : part.merged.answers
        guard let first = answers.first else { return nil }
        var candidate = FieldConflict.Candidate(value: part.merged.value ?? .null, answer: first, isChosen: isChosen)
        candidate.further = Array(answers.dropFirst())
        return candidate
    }

    /// Names the first element in which the parts differ.
    private func contradiction(of parts: [Part]) -> ExtractionError {
        let keys = parts.map(\.key)
        let most = keys.map(\.count).max() ?? 0
        let place = (0..<most).first { place in Set(keys.map { $0.dropFirst(place).first }).count > 1 } ?? 0
        return .contradictingAnswers(
            pointer: list.pointer.description,
            values: parts.map { part in
                let element = part.elements.dropFirst(place).first
                return "element \(place + 1): " + (element.map { JSONWriter().string($0) } ?? "none")
            },
            pages: parts.map { part in part.rows.lazy.flatMap(\.cells).first?.page.value ?? 1 }
        )
    }
}

extension JSONValue {
    /// The values in an element, written so that what means the same is the same.
    fileprivate var comparedLeaves: [String] {
        switch self {
        case .object(let object): object.flatMap { member in member.value.comparedLeaves.map { "\(member.key)=\($0)" } }
        case .array(let elements): elements.flatMap(\.comparedLeaves)
        case .string(let text): ["s" + String(FoldedText(text, isLoose: true).characters)]
        case .number(let number): ["n\(number.decimalValue.map { "\($0)" } ?? number.text)"]
        default: [JSONWriter().string(self)]
        }
    }
}
