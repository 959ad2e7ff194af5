import Foundation
public import RectoPages
public import RectoSchema

/// A page as the extractor gets it.
public struct ExtractionPage: Sendable {
    /// Which page of the document this is.
    public var page: PageNumber
    /// What the model may look at, in reading order; empty for a blank page, which never reaches the model.
    public var tiles: [Tile]
    /// Whether the document carries this page's words, so that they can tell where a value stands.
    public var hasTextLayer: Bool

    /// Creates a page.
    ///
    /// - Parameters:
    ///   - page: Which page of the document this is.
    ///   - tiles: What the model may look at, in reading order.
    ///   - hasTextLayer: Whether the document carries this page's words.
    public init(page: PageNumber, tiles: [Tile], hasTextLayer: Bool = false) {
        self.page = page
        self.tiles = tiles
        self.hasTextLayer = hasTextLayer
    }
}

/// What the model read in one tile.
public struct TileReading: Sendable, Hashable, Codable {
    /// The tile's place in reading order within its page.
    public var index: Int
    /// The visual row it belongs to.
    public var row: Int
    /// Where it lies on the page, in points.
    public var box: Box
    /// What stands in it.
    public var text: String
    /// Natural logarithm of the probability of each token of the text.
    public var logProbabilities: [Float]
    /// Whether the model stopped for length or repetition, so that the text is not whole.
    public var isCutShort: Bool
    /// What the checkpoint's glyph head read in it; nil for checkpoints without one.
    public var glyphs: GlyphColumns?
    /// Whether it begins within a word that the tile before it begins.
    public var continuesWord: Bool

    /// Creates a reading.
    ///
    /// - Parameters:
    ///   - index: The tile's place in reading order within its page.
    ///   - row: The visual row it belongs to.
    ///   - box: Where it lies on the page, in points.
    ///   - text: What stands in it.
    ///   - logProbabilities: Natural logarithm of the probability of each token.
    ///   - isCutShort: Whether the text is not whole.
    ///   - glyphs: What the checkpoint's glyph head read in it.
    ///   - continuesWord: Whether it begins within a word that the tile before it begins.
    public init(
        index: Int,
        row: Int,
        box: Box,
        text: String,
        logProbabilities: [Float],
        isCutShort: Bool = false,
        glyphs: GlyphColumns? = nil,
        continuesWord: Bool = false
    ) {
        self.index = index
        self.row = row
        self.box = box
        self.text = text
        self.logProbabilities = logProbabilities
        self.isCutShort = isCutShort
        self.glyphs = glyphs
        self.continuesWord = continuesWord
    }
}

extension FieldCandidate {
    /// How well the label fits that is not listed, or not there.
    static let unlistedFit = 0.7

    /// What a tile says of a field by itself, without a label in another tile.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - text: The tile's text or a part of it.
    ///   - reading: The tile.
    ///   - page: Its page.
    ///   - labelFit: How well a label would fit that is not there.
    ///   - relation: Where the value stands.
    init(
        _ field: SchemaField,
        _ text: String,
        in reading: TileReading,
        _ page: PageNumber,
        labelFit: Double?,
        relation: Relation
    ) {
        self.init(
            pointer: field.pointer,
            page: page,
            labelTile: nil,
            valueTile: reading.index,
            box: reading.box,
            text: text,
            logProbabilities: reading.logProbabilities(of: text),
            labelFit: labelFit,
            source: .transcription,
            relation: relation
        )
    }
}

extension TileReading {
    /// The words of its text and the value behind them; the first such value of which no number stands before it.
    ///
    /// - Parameter isValue: Whether a text is a value.
    /// - Returns: The words, none where the whole text is the value; nil where it says no value.
    func captioned(_ isValue: (String) -> Bool) -> (caption: String, value: String)? {
        let words = text.split(separator: " ")
        let start = words.indices.first { start in
            isValue(words[start...].joined(separator: " "))
                && !words[..<start].contains { $0.contains(where: \.isNumber) }
        }
        return start.map { (words[..<$0].joined(separator: " "), words[$0...].joined(separator: " ")) }
    }

    /// What stands between the text of the tile before it in its row and its own.
    var separator: String { continuesWord ? "" : " " }

    /// The geometric mean of the tokens' probabilities, from 0 to 1; 1 when the model does not tell any.
    package var probability: Double {
        guard !logProbabilities.isEmpty else { return 1 }
        return min(1, exp(logProbabilities.reduce(0) { $0 + Double($1) } / Double(logProbabilities.count)))
    }
}

extension [TileReading] {
    /// The next tile on the left in the row of a tile.
    func left(of place: Int) -> Int? {
        indices.filter { self[$0].row == self[place].row && self[$0].box.x1 <= self[place].box.x0 }
            .max { self[$0].box.x1 < self[$1].box.x1 }
    }
}

/// An answer of the model that may be the value of a field.
public struct FieldCandidate: Sendable, Hashable, Codable {
    /// The field, as a pointer into `fields`.
    public var pointer: JSONPointer
    /// The page that was asked.
    public var page: PageNumber
    /// The tile that holds the field's label; nil when the whole page was asked at once.
    public var labelTile: Int?
    /// The tile that the value stands in; nil when that is not known.
    public var valueTile: Int?
    /// Where the value stands: the tile's box, or the page's when no tile is known.
    public var box: Box?
    /// What the model answered, trimmed.
    public var text: String
    /// Natural logarithm of the probability of each token of the answer.
    public var logProbabilities: [Float]
    /// How well the label tile's text fits the field's label, from 0 to 1; nil when it was not compared.
    public var labelFit: Double?
    /// What made it.
    public var source: Source
    /// Where the value stands beside its label.
    public var relation: Relation
    /// What the field's other answers say to it; nil until all are known.
    public var agreement: AnswerAgreement?

    /// Creates a candidate.
    ///
    /// - Parameters:
    ///   - pointer: The field, as a pointer into `fields`.
    ///   - page: The page that was asked.
    ///   - labelTile: The tile that holds the field's label.
    ///   - valueTile: The tile that the value stands in.
    ///   - box: Where the value stands.
    ///   - text: What the model answered, trimmed.
    ///   - logProbabilities: Natural logarithm of the probability of each token.
    ///   - labelFit: How well the label tile's text fits the field's label.
    ///   - source: What made it.
    ///   - relation: Where the value stands beside its label.
    public init(
        pointer: JSONPointer,
        page: PageNumber,
        labelTile: Int?,
        valueTile: Int?,
        box: Box?,
        text: String,
        logProbabilities: [Float],
        labelFit: Double?,
        source: Source = .question,
        relation: Relation = .page
    ) {
        self.pointer = pointer
        self.page = page
        self.labelTile = labelTile
        self.valueTile = valueTile
        self.box = box
        self.text = text
        self.logProbabilities = logProbabilities
        self.labelFit = labelFit
        self.source = source
        self.relation = relation
    }
}

/// Everything the model said about one page; small enough to keep when the page's pixels are gone.
public struct PageReading: Sendable, Hashable, Codable {
    /// Which page of the document this is.
    public var page: PageNumber
    /// The text of each tile, in reading order; empty when tiles were not transcribed.
    public var tiles: [TileReading]
    /// What may be the value of a field.
    public var candidates: [FieldCandidate]
    /// How many questions were put to the model.
    public var requestCount: Int
    /// The fields whose answers did not come to an end: too long, or repeating themselves.
    public var unfinished: [JSONPointer] = []
    /// Where the words of the tiles stand, for cutting tables; empty when no list is asked for.
    public var words: [TileWords] = []
    /// Elements of lists that the model answered with; those of tables are found in `tiles` when all pages are read.
    public var rows: [ListRow] = []

    /// Creates a reading.
    ///
    /// - Parameters:
    ///   - page: Which page of the document this is.
    ///   - tiles: The text of each tile, in reading order.
    ///   - candidates: What may be the value of a field.
    ///   - requestCount: How many questions were put to the model.
    public init(page: PageNumber, tiles: [TileReading], candidates: [FieldCandidate], requestCount: Int) {
        self.page = page
        self.tiles = tiles
        self.candidates = candidates
        self.requestCount = requestCount
    }
}
