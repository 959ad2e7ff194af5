import RectoPages
import RectoSchema
public import RectoVLM

/// Asks a model for the fields of a schema and assembles its answers.
///
/// A document is read page by page, so that no more than one page's pixels are ever held: `read` puts the questions and
/// gives a small value that can be kept, `assemble` chooses among all pages' answers and puts lists together. Checkpoints that declare `lines`
/// get windows of tiles (see `LineFieldReader`), others all tiles of a page at once (see `PageFieldReader`).
public struct FieldExtractor: Sendable {
    /// What the fields look like.
    public let schema: ExtractionSchema
    /// The pipeline's own words to the model.
    public let prompt: String
    /// How much of a document is put to the model at once.
    public let scope: ReadingScope
    /// How the answers of several pages or tiles become one value.
    public let merge: MergePolicy
    /// The fields that are asked for, in the schema's order.
    public let fields: [SchemaField]
    /// The lists that are asked for, in the schema's order.
    public let lists: [SchemaList]
    /// What may be answered for each field by checkpoints without prompts of their own.
    private let constraints: [ResponseSchema]
    /// What may be answered for each list by them.
    private let listConstraints: [ResponseSchema]

    /// Creates an extractor.
    ///
    /// - Parameters:
    ///   - schema: What the fields look like.
    ///   - prompt: The pipeline's own words to the model; checkpoints with prompts of their own do not see it.
    ///   - scope: How much of a document is put to the model at once.
    ///   - merge: How the answers of several pages or tiles become one value.
    /// - Throws: `ExtractionError` when the schema wants something that is not extracted yet or cannot be guaranteed.
    public init(
        schema: ExtractionSchema,
        prompt: String = "",
        scope: ReadingScope = .page,
        merge: MergePolicy = .best
    ) throws(ExtractionError) {
        self.schema = schema
        self.prompt = prompt
        self.scope = scope
        self.merge = merge
        let fields = try schema.fields()
        let lists = try schema.lists()
        var constraints: [ResponseSchema] = []
        for field in fields { constraints.append(try FieldConstraint(field.node).responseSchema(for: field)) }
        var listConstraints: [ResponseSchema] = []
        for list in lists { listConstraints.append(try ListConstraint(list).responseSchema(for: list)) }
        self.fields = fields
        self.lists = lists
        self.constraints = constraints
        self.listConstraints = listConstraints
    }

    /// Reads one page.
    ///
    /// A page without tiles is blank and never reaches the model.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - model: The model.
    /// - Returns: Everything the model said about it.
    /// - Throws: `ExtractionError`, what the model throws, or `CancellationError`.
    public func read(_ page: ExtractionPage, model: any VisionLanguageModel) async throws -> PageReading {
        guard !page.tiles.isEmpty else {
            return PageReading(page: page.page, tiles: [], candidates: [], requestCount: 0)
        }
        if let declaration = model.description.declaration, declaration.splitting.strategy == .lines {
            try refuseScope(of: model)
            var reading = try await LineFieldReader(fields: fields, declaration: declaration, model: model).read(page)
            if !lists.isEmpty {
                reading.words = zip(page.tiles, reading.tiles).compactMap { TileWords(of: $0, text: $1.text) }
            }
            return reading
        }
        var reading = try await reader(model).read(page, scope: scope)
        try await listReader(model).read(page, into: &reading)
        return reading
    }

    /// Reads a document at once, for `ReadingScope.document`.
    ///
    /// - Parameters:
    ///   - pages: All pages, in order.
    ///   - model: The model.
    /// - Returns: What the model said, one reading for each page.
    /// - Throws: `ExtractionError`, what the model throws, or `CancellationError`.
    public func read(document pages: [ExtractionPage], model: any VisionLanguageModel) async throws -> [PageReading] {
        if model.description.declaration?.splitting.strategy == .lines { try refuseScope(of: model) }
        let written = pages.filter { !$0.tiles.isEmpty }
        let blank = pages.filter(\.tiles.isEmpty).map {
            PageReading(page: $0.page, tiles: [], candidates: [], requestCount: 0)
        }
        guard !written.isEmpty else { return blank }
        var readings = try await reader(model).read(document: written)
        for (place, page) in written.enumerated() { try await listReader(model).read(page, into: &readings[place]) }
        return (readings + blank).sorted { $0.page < $1.page }
    }

    private func reader(_ model: any VisionLanguageModel) -> PageFieldReader {
        PageFieldReader(fields: fields, constraints: constraints, prompt: prompt, model: model)
    }

    private func listReader(_ model: any VisionLanguageModel) -> PageListReader {
        PageListReader(lists: lists, constraints: listConstraints, prompt: prompt, model: model)
    }

    /// A reader of lines chooses the tiles of each question itself.
    private func refuseScope(of model: any VisionLanguageModel) throws(ExtractionError) {
        guard scope != .page else { return }
        throw .incompatibleModel(
            model: model.description.name,
            reason:
                "it reads line by line and has no scope \"\(scope.rawValue)\"; leave 'scope' out of the extract stage"
        )
    }

    /// Chooses the best answer for each field and builds the fields.
    ///
    /// - Parameter pages: The pages that could be read.
    /// - Returns: Fields that satisfy the schema, or errors that say what is missing.
    public func assemble(_ pages: [PageReading]) -> ExtractionResult {
        let pages = pages.sorted { $0.page < $1.page }
        let found = ListReader(lists: lists, others: fields).read(pages)
        let summed = SumReading(fields: self.fields, lists: lists, rows: found).added(
            to: pages.map { $0.leavingOut(found.places) },
            lists: found.places
        )
        let single = DayOrderReading(fields: self.fields).added(to: summed)
        var assembly = FieldAssembly(
            selection: CandidateSelection(pages: single, policy: merge),
            lists: lists,
            rows: Dictionary(grouping: found.rows, by: \.list)
        )
        let fields = assembly.object(schema.root, at: JSONPointer(), isRequired: true) ?? [:]
        var result = ExtractionResult(
            fields: fields,
            answers: assembly.answers,
            pages: pages,
            errors: assembly.errors + found.errors
                + pages.flatMap { page in
                    page.unfinished.map { .answerCutShort(page: page.page.value, pointer: $0.description) }
                }
        )
        result.conflicts = assembly.conflicts
        return result.validated(against: schema)
    }

    /// Reads all pages and chooses the best answer for each field.
    ///
    /// - Parameters:
    ///   - pages: The pages, in order.
    ///   - model: The model.
    /// - Returns: Fields that satisfy the schema, or errors that say what is missing.
    /// - Throws: `ExtractionError`, what the model throws, or `CancellationError`.
    public func extract(
        from pages: [ExtractionPage],
        model: any VisionLanguageModel
    ) async throws -> ExtractionResult {
        if scope == .document { return assemble(try await read(document: pages, model: model)) }
        var readings: [PageReading] = []
        for page in pages { readings.append(try await read(page, model: model)) }
        return assemble(readings)
    }
}
