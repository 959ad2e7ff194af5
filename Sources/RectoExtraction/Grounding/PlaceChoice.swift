import RectoPages
import RectoSchema

/// Tells apart the places of values that stand on a page more than once.
///
/// 1. An answer with one place has it.
/// 2. Places beside, or else below, a label of the field go to the field, those with the best fitting label first, and never to
///    two fields while another labelled place is free.
/// 3. A field whose labelled places are all taken shares the best of them, unless an element of the same list has it.
/// 4. What is left takes the free places in order, and shares the first one when none is free.
struct PlaceChoice {
    /// A text is a label when it fits at least this well, and no other field's labels better by more than `rivalGap`.
    private static let leastFit = 0.65, rivalGap = 0.1
    /// What a label that fits another field better says.
    private static let weightOfRival = 0.5

    private let labels: FieldLabels
    private let surroundings: LabelSurroundings
    private var texts: [String: Fits] = [:]

    /// How well a text fits the labels of the fields that it was compared with.
    private struct Fits {
        let codes: [Int32]
        var known: [Int: Double] = [:]
    }

    /// Prepares a page.
    ///
    /// - Parameters:
    ///   - index: Its words.
    ///   - labels: What may be printed beside each field.
    init(index: TextLayerIndex, labels: FieldLabels) {
        self.labels = labels
        surroundings = LabelSurroundings(words: index.words)
    }

    /// A place that an answer may have.
    private struct Option {
        let answer: Int
        let hit: Int
        let score: Double
    }

    /// Chooses a place for each answer.
    ///
    /// - Parameter answers: The answers' fields and possible places, best first.
    /// - Returns: One place for each answer; nil where there is none.
    mutating func choose(
        _ answers: [(pointer: JSONPointer, hits: [TextLayerIndex.Hit])]
    ) -> [TextLayerIndex.Hit?] {
        var chosen = answers.map { $0.hits.count == 1 ? $0.hits[0] : nil }
        let open = answers.indices.filter { answers[$0].hits.count > 1 }
        guard !open.isEmpty else { return chosen }
        let patterns = answers.map { FieldLabels.pattern(of: $0.pointer) }
        var owners: [[TextLayerIndex.Line]: Set<[String]>] = [:]
        func take(_ hit: TextLayerIndex.Hit, for answer: Int) {
            chosen[answer] = hit
            owners[hit.lines, default: []].insert(patterns[answer])
        }
        for (answer, hit) in chosen.enumerated() { if let hit { take(hit, for: answer) } }
        let options = options(open, patterns: patterns, hits: answers.map(\.hits))
        for option in options where chosen[option.answer] == nil {
            let hit = answers[option.answer].hits[option.hit]
            if owners[hit.lines] == nil { take(hit, for: option.answer) }
        }
        for option in options where chosen[option.answer] == nil {
            let hit = answers[option.answer].hits[option.hit]
            if owners[hit.lines]?.contains(patterns[option.answer]) != true { take(hit, for: option.answer) }
        }
        for answer in open where chosen[answer] == nil {
            let hits = answers[answer].hits
            take(hits.first { owners[$0.lines] == nil } ?? hits[0], for: answer)
        }
        return chosen
    }

    /// The labelled places of the answers, best first.
    private mutating func options(
        _ answers: [Int],
        patterns: [[String]],
        hits: [[TextLayerIndex.Hit]]
    ) -> [Option] {
        var options: [Option] = []
        var known: [[TextLayerIndex.Line]: [LabelSurroundings.Neighbour]] = [:]
        for answer in answers {
            guard let field = labels.place(of: patterns[answer]) else { continue }
            for (place, hit) in hits[answer].enumerated() {
                let neighbours = known[hit.lines] ?? surroundings.neighbours(of: hit.lines[0].box)
                known[hit.lines] = neighbours
                let score = neighbours.map { self.score(of: $0, for: field) }.max() ?? 0
                if score > 0 { options.append(Option(answer: answer, hit: place, score: score)) }
            }
        }
        return options.sorted { ($1.score, $0.answer, $0.hit) < ($0.score, $1.answer, $1.hit) }
    }

    private mutating func score(of neighbour: LabelSurroundings.Neighbour, for field: Int) -> Double {
        let fit = self.fit(of: neighbour.text, field: field)
        guard fit >= Self.leastFit else { return 0 }
        let rival = labels.places.filter { $0 != field }.map { self.fit(of: neighbour.text, field: $0) }.max() ?? 0
        return neighbour.weight * fit * (fit >= rival - Self.rivalGap ? 1 : Self.weightOfRival)
    }

    private mutating func fit(of text: String, field: Int) -> Double {
        let fits = texts[text] ?? Fits(codes: FieldLabels.codes(of: text))
        if let known = fits.known[field] { return known }
        let fit = labels.fit(of: text, codes: fits.codes, field: field, atLeast: Self.leastFit)
        texts[text, default: fits].known[field] = fit
        return fit
    }
}
