import RectoExtraction
import RectoPages
import RectoVLM

/// What one page carries from stage to stage.
enum PageValue: Sendable {
    case page(RasterizedPage)
    case words([TextLayerWord])
    case tiles(PageTiles)
    case reading(PageReading)
}

/// The tiles of one page.
struct PageTiles: Sendable {
    var size: PageSize
    var tiles: [Tile]
    /// Share of the page that is ink, from 0 to 1.
    var inkCoverage: Double
}

/// What a stage may use while it works on one page.
struct PageContext: Sendable {
    let document: SourceDocument
    let page: PageNumber
    let rasterizer: any PageRasterizer
    let model: (any VisionLanguageModel)?
    /// The page as an earlier stage rendered it, if one did.
    let rendered: RasterizedPage?
}

/// A stage that works page by page.
protocol PageStage: Sendable {
    /// Works on one page.
    ///
    /// - Parameters:
    ///   - inputs: What the stages before it gave for this page, by kind.
    ///   - context: The page and what is around it.
    /// - Returns: What it gives for this page.
    /// - Throws: Any error; it then belongs to this page alone.
    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue
}

/// A page stage whose pages are put together when all are done.
protocol JoiningStage: PageStage {
    /// Puts the pages together.
    func join(_ readings: [PageReading]) -> ExtractionResult

    /// Reads all pages at once, for a stage whose scope is the document.
    ///
    /// - Parameters:
    ///   - pages: The tiles of all pages, in order.
    ///   - model: The model.
    /// - Returns: One reading for each page.
    /// - Throws: Any error; it then belongs to the whole document.
    func read(_ pages: [ExtractionPage], model: any VisionLanguageModel) async throws -> [PageReading]
}

extension CheckedStage {
    /// How much of a document the stage puts to the model at once; a page for those that do not say.
    var scope: ReadingScope { ReadingScope(rawValue: options["scope"] ?? "") ?? .page }

    /// The stage that works on pages; nil for those that run once for the document.
    func pageStage() throws -> (any PageStage)? {
        switch type.name {
        case "rasterize": RasterizeStage(dpi: Double(options["dpi"] ?? "") ?? 200)
        case "text-layer": TextLayerStage()
        case "split":
            SplitStage(
                strategy: SplitStrategy(rawValue: options["strategy"] ?? "") ?? .adaptive,
                maximumTiles: Int(options["max-tiles"] ?? "") ?? 2000
            )
        case "extract":
            try ExtractStage(
                schema: schema,
                prompt: options["prompt"],
                scope: scope,
                merge: MergePolicy(rawValue: options["merge"] ?? "") ?? .best
            )
        case "doctags":
            DocTagsStage(
                reader: DocTagsReader(
                    prompt: options["prompt"] ?? DocTagsReader.prompt,
                    format: DocTagsReader.Format(rawValue: options["format"] ?? "") ?? .json,
                    maximumTokens: Int(options["max-tokens"] ?? "") ?? 8192
                )
            )
        default: nil
        }
    }
}
