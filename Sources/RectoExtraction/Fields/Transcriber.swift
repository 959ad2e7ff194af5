import RectoPages
public import RectoSchema
public import RectoVLM

/// Reads whole pages aloud: every tile's text, in reading order.
public struct Transcriber: Sendable {
    /// The schema of what a transcription gives: `{"pages": [{"page": 1, "text": "…"}]}`.
    public static let schemaSource: JSONValue = [
        "type": "object",
        "properties": [
            "pages": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": ["page": ["type": "integer", "minimum": 1], "text": ["type": "string"]],
                    "required": ["page", "text"],
                    "additionalProperties": false,
                ],
            ]
        ],
        "required": ["pages"],
        "additionalProperties": false,
    ]

    /// What foreign checkpoints are told; checkpoints with a prompt of their own do not see it.
    public let prompt: String

    /// Creates a transcriber.
    ///
    /// - Parameter prompt: What foreign checkpoints are told.
    public init(prompt: String = "Transcribe all text in the image, line by line.") { self.prompt = prompt }

    /// Reads one page.
    ///
    /// A page without tiles is blank and never reaches the model.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - model: The model.
    /// - Returns: The text of each tile.
    /// - Throws: `ExtractionError`, what the model throws, or `CancellationError`.
    public func read(_ page: ExtractionPage, model: any VisionLanguageModel) async throws -> PageReading {
        guard !page.tiles.isEmpty else {
            return PageReading(page: page.page, tiles: [], candidates: [], requestCount: 0)
        }
        if let declaration = model.description.declaration {
            let tiles = try await TileTranscription(prompt: declaration.prompts.transcribe, model: model)
                .read(page.tiles)
            return PageReading(page: page.page, tiles: tiles, candidates: [], requestCount: tiles.count)
        }
        let reading = try await PageTranscription(prompt: prompt, model: model).read(page)
        return PageReading(page: page.page, tiles: [reading], candidates: [], requestCount: 1)
    }

    /// Puts the pages' texts together.
    ///
    /// - Parameter pages: The pages that could be read.
    /// - Returns: Fields in the form of `schemaSource`; a tile whose text did not end is an error.
    public func assemble(_ pages: [PageReading]) -> ExtractionResult {
        let pages = pages.sorted { $0.page < $1.page }
        var answers: [FieldCandidate] = []
        var errors: [ExtractionError] = []
        let entries = pages.enumerated().map { place, page -> JSONValue in
            let pointer = JSONPointer(["pages", String(place), "text"])
            for tile in page.tiles where !tile.text.isEmpty {
                answers.append(FieldCandidate(pointer: pointer, page: page.page, tile: tile))
            }
            for tile in page.tiles where tile.isCutShort {
                errors.append(.textCutShort(page: page.page.value, tile: tile.index))
            }
            return ["page": .integer(page.page.value), "text": .string(page.text)]
        }
        return ExtractionResult(fields: ["pages": .array(entries)], answers: answers, pages: pages, errors: errors)
    }
}

extension PageReading {
    /// The page's text in reading order: tiles of one row joined with spaces, parts of one word without, rows with line feeds.
    public var text: String {
        var text = ""
        var row: Int?
        for tile in tiles where !tile.text.isEmpty {
            if let row { text += row == tile.row ? tile.separator : "\n" }
            text += tile.text
            row = tile.row
        }
        return text
    }
}
