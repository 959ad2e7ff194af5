/// Says which tiles of a page are worth a question about a field: those whose text fits one of the field's labels.
///
/// A tile is kept when it fits at least `leastFit`, at most `largestGap` worse than the best tile of the page, and at most
/// `rivalGap` worse than it fits any other field (not worse at all where that one fits to the letter), and its label is its whole caption (`CaptionExtent`); of these the best `mostTiles`, the first in reading order among equals.
struct LabelSearch {
    /// A tile is asked when its text fits a label at least this well.
    static let leastFit = 0.65
    /// A tile that fits this much worse than the best one is not asked.
    static let largestGap = 0.3
    /// A tile that fits another field better by more than this belongs to that one.
    static let rivalGap = 0.1
    /// Most tiles for one field on one page.
    static let mostTiles = 6
    /// Most characters of a caption that is not listed.
    private static let longestCaption = 40

    /// A tile that holds a field's label.
    struct Found {
        /// The field's place among the fields.
        let field: Int
        /// The tile's place among the tiles.
        let tile: Int
        /// Where the label stands in the tile's text.
        let match: LabelMatcher.Match
    }

    /// The best match of each field in each tile.
    private let matches: [[LabelMatcher.Match?]]
    private let fields: [SchemaField]
    private let texts: [String]
    /// Whether a tile says a typical value.
    private let isValue: [Bool]

    /// Compares every field with every tile.
    ///
    /// - Parameters:
    ///   - fields: The fields.
    ///   - texts: The tiles' texts.
    init(fields: [SchemaField], texts: [String]) {
        self.fields = fields
        self.texts = texts
        // `Due on receipt` is a value, though a label is `Due`.
        let typical = fields.reduce(into: Set<[String]>()) { $0.formUnion(TypicalValue.forms(of: $1)) }
        isValue = texts.map { typical.contains(TypicalValue.form($0.split(whereSeparator: \.isWhitespace))) }
        matches = fields.map { [isValue] field in
            let matcher = LabelMatcher(labels: field.labels, kind: field.node.kind, names: field.names)
            return texts.indices.map { isValue[$0] ? nil : matcher.match(texts[$0]) }
        }
    }

    /// The tiles to ask, field by field.
    ///
    /// - Returns: Pairs of field and tile, the best tile of a field first.
    func found() -> [Found] {
        matches.indices.flatMap { field in
            let fitting = matches[field].indices.compactMap { tile -> Found? in
                guard let match = matches[field][tile], !match.isPart, match.fit >= Self.leastFit else { return nil }
                // `Net total` is that field's, to the letter, where `Net` may as well stand before `Total`.
                let rival = rivalFit(of: field, tile: tile)
                guard match.fit >= rival - (rival == 1 ? 0 : Self.rivalGap) else { return nil }
                return Found(field: field, tile: tile, match: match)
            }
            let ranked = fitting.sorted { ($1.match.fit, $0.tile) < ($0.match.fit, $1.tile) }
            let leastFit = (ranked.first?.match.fit ?? 0) - Self.largestGap
            return ranked.prefix(Self.mostTiles).filter { $0.match.fit >= leastFit }
        }
    }

    /// Tiles that say the same as a label of a field, in words that are not listed (`LabelCore`), and as no label of another one.
    ///
    /// - Parameter missing: The places of the fields.
    /// - Returns: Pairs of field and tile, field by field; of each field the first tiles in reading order.
    func unlisted(of missing: [Int]) -> [Found] {
        let kinds = fields.map(LabelCore.Kind.init)
        let cores = zip(fields, kinds).map { field, kind in
            kind.map { kind in Set(field.labels.compactMap { LabelCore($0, of: kind) }) } ?? []
        }
        guard missing.contains(where: { !cores[$0].isEmpty }) else { return [] }
        var found: [Int: [Found]] = [:]
        for (tile, text) in texts.enumerated() where !isValue[tile] {
            let match = LabelMatcher.Match.caption(of: text, fit: FieldCandidate.unlistedFit)
            let caption = text.prefix(match.end)
            guard caption.count <= Self.longestCaption else { continue }
            let said = Dictionary(
                uniqueKeysWithValues: LabelCore.Kind.allCases.map { ($0, LabelCore(String(caption), of: $0)) }
            )
            let fitting = fields.indices.filter { field in
                kinds[field].flatMap { said[$0] ?? nil }.map(cores[field].contains) ?? false
            }
            guard fitting.count == 1, missing.contains(fitting[0]), !isLabel(tile) else { continue }
            found[fitting[0], default: []].append(Found(field: fitting[0], tile: tile, match: match))
        }
        return missing.flatMap { (found[$0] ?? []).prefix(Self.mostTiles) }
    }

    /// Whether a tile's text is a label of a field.
    ///
    /// - Parameter tile: The tile.
    /// - Returns: Whether it is one of some field, with or without a value behind it.
    func isLabel(_ tile: Int) -> Bool {
        matches.contains {
            $0[tile].map { $0.isAtStart && !$0.isPart && $0.fit >= WindowReading.leastFitOfLabel } ?? false
        }
    }

    /// How well a tile fits the labels of the other fields, where it could be a value as well.
    ///
    /// `Due on receipt` begins like a label of the due date, but words follow that no caption ends in: it is a value.
    ///
    /// - Parameters:
    ///   - field: The field that is left out.
    ///   - tile: The tile.
    /// - Returns: The best fit, 0 when there is none.
    func rivalFitOfValue(of field: Int, tile: Int) -> Double {
        let mayBeValue = !Caption.isLikely(texts[tile]) && !texts[tile].contains(":")
        return rivals(of: field, tile: tile)
            .filter { !mayBeValue || !$0.isPart || !$0.isAtStart || $0.end >= texts[tile].count }.map(\.fit).max() ?? 0
    }

    /// How well a tile fits the labels of the other fields.
    ///
    /// - Parameters:
    ///   - field: The field that is left out.
    ///   - tile: The tile.
    /// - Returns: The best fit, 0 when there is none.
    func rivalFit(of field: Int, tile: Int) -> Double {
        rivals(of: field, tile: tile).map(\.fit).max() ?? 0
    }

    private func rivals(of field: Int, tile: Int) -> [LabelMatcher.Match] {
        matches.indices.filter { $0 != field }.compactMap { matches[$0][tile] }
    }
}
