import RectoPages
import RectoSchema
public import RectoVLM

/// Has a docling model write each page as DocTags and reads what it wrote.
public struct DocTagsReader: Sendable {
    /// How a page stands in the record beside its parts.
    public enum Format: String, Sendable, CaseIterable {
        /// The parts alone.
        case json
        /// The parts, and the page as Markdown.
        case markdown
        /// The parts, and the page as HTML.
        case html
    }

    /// The instruction that SmolDocling and granite-docling were trained on (model card of SmolDocling-256M-preview).
    public static let prompt = "Convert this page to docling."

    /// What the model is told.
    public let prompt: String
    /// How a page stands in the record beside its parts.
    public let format: Format
    /// Most tokens that the model may write for one page.
    public let maximumTokens: Int

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - prompt: What the model is told.
    ///   - format: How a page stands in the record beside its parts.
    ///   - maximumTokens: Most tokens that the model may write for one page.
    public init(prompt: String = DocTagsReader.prompt, format: Format = .json, maximumTokens: Int = 8192) {
        self.prompt = prompt
        self.format = format
        self.maximumTokens = maximumTokens
    }

    /// Has the model write one page.
    ///
    /// - Parameters:
    ///   - page: The page as one tile; a page without tiles is blank and never reaches the model.
    ///   - model: The model; it splits the page itself.
    /// - Returns: What it wrote, tags and all.
    /// - Throws: `ExtractionError.incompatibleModel` for models or splits that are not for whole pages, what the model throws, or
    ///   `CancellationError`.
    public func read(_ page: ExtractionPage, model: any VisionLanguageModel) async throws -> PageReading {
        guard let tile = page.tiles.first else {
            return PageReading(page: page.page, tiles: [], candidates: [], requestCount: 0)
        }
        if model.description.declaration?.splitting.strategy == .lines {
            throw ExtractionError.incompatibleModel(
                model: model.description.name,
                reason: "it reads lines and writes no DocTags; name a docling model for this pipeline"
            )
        }
        guard page.tiles.count == 1, tile.role == .whole else {
            throw ExtractionError.incompatibleModel(
                model: model.description.name,
                reason:
                    "doctags wants each page whole, not in \(page.tiles.count) tiles; let the split stage's strategy be none"
            )
        }
        var request = GenerationRequest(parts: [.image(tile.image), .text(prompt)])
        request.maximumTokens = maximumTokens
        request.keepsSpecialTokens = true
        let answer = try await ModelQuestions(model: model).ask([request])[0]
        let reading = TileReading(
            index: 0,
            row: 0,
            box: tile.box,
            text: answer.text,
            logProbabilities: answer.logProbabilities,
            isCutShort: answer.isCutShort
        )
        return PageReading(page: page.page, tiles: [reading], candidates: [], requestCount: 1)
    }

    /// Reads what the model wrote and puts the pages together.
    ///
    /// - Parameter pages: The pages that could be read.
    /// - Returns: `{"pages": [{"page": 1, "text": "…", "elements": […], "markdown": "…"}]}`; wrong tags are an error of their page, and no text is
    ///   lost with them.
    public func assemble(_ pages: [PageReading]) -> ExtractionResult {
        let pages = pages.sorted { $0.page < $1.page }
        var result = ExtractionResult(fields: [:], answers: [], pages: pages, errors: [])
        var entries: [JSONValue] = []
        for (place, page) in pages.enumerated() {
            var entry: JSONObject = ["page": .integer(page.page.value), "text": "", "elements": []]
            if let tile = page.tiles.first {
                let parsed = DocTagsParser(frame: tile.box).parse(tile.text)
                let pointer = JSONPointer(["pages", String(place), "elements"])
                entry["text"] = .string(parsed.elements.map(\.wholeText).joined(separator: "\n"))
                entry["elements"] = parsed.json
                switch format {
                case .json: break
                case .markdown: entry["markdown"] = .string(parsed.markdown)
                case .html: entry["html"] = .string(parsed.html)
                }
                result.answers += answers(of: parsed.elements, at: pointer, page: page.page, tile: tile)
                if tile.isCutShort { result.errors.append(.textCutShort(page: page.page.value, tile: 0)) }
                if let fault = parsed.faults.first {
                    result.errors.append(
                        .docTagsMalformed(
                            page: page.page.value,
                            offset: fault.offset,
                            reason: fault.reason,
                            count: parsed.faults.count
                        )
                    )
                }
            }
            entries.append(.object(entry))
        }
        result.fields = ["pages": .array(entries)]
        return result
    }

    /// Every text of a page, so that it can be found on it again.
    private func answers(
        of elements: [DocTagsElement],
        at pointer: JSONPointer,
        page: PageNumber,
        tile: TileReading
    ) -> [FieldCandidate] {
        func answer(_ text: String, at pointer: JSONPointer, box: Box?) -> FieldCandidate {
            FieldCandidate(
                pointer: pointer,
                page: page,
                labelTile: nil,
                valueTile: nil,
                box: box ?? tile.box,
                text: text,
                logProbabilities: tile.logProbabilities,
                labelFit: nil
            )
        }
        return elements.enumerated().flatMap { place, element -> [FieldCandidate] in
            let pointer = pointer.appending(String(place))
            var found: [FieldCandidate] = []
            if !element.text.isEmpty {
                found.append(answer(element.text, at: pointer.appending("text"), box: element.box))
            }
            for (place, cell) in (element.table?.cells ?? []).enumerated() where !cell.text.isEmpty {
                let cells = pointer.appending("table").appending("cells").appending(String(place))
                found.append(answer(cell.text, at: cells.appending("text"), box: element.box))
            }
            return found
                + answers(of: element.children, at: pointer.appending("children"), page: page, tile: tile)
        }
    }
}
