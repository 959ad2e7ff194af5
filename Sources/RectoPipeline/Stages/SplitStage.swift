package import RectoPages
package import RectoVLM

/// `split`: cuts a page into the tiles that the model reads.
struct SplitStage: PageStage {
    let strategy: SplitStrategy
    let maximumTiles: Int

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        guard case .page(let page) = inputs[.pages] else {
            throw PipelineError.stageFailed(stage: "split", reason: "it was given no page")
        }
        let declaration = context.model?.description.declaration
        let lines = try declaration.map { try LineSplitting(declaredBy: $0.splitting) }
        let leavesCutting = strategy == .adaptive && lines == nil && context.model?.description.cutsImages == true
        let splitter = try PageSplitter(
            strategy: leavesCutting ? .none : strategy,
            lines: lines,
            maximumTiles: maximumTiles
        )
        let split = try splitter.split(page)
        return .tiles(PageTiles(size: page.size, tiles: split.tiles, inkCoverage: split.inkCoverage))
    }
}

extension LineSplitting {
    /// Takes over what a checkpoint declares in its `recto.json`.
    ///
    /// - Parameter splitting: The declaration.
    /// - Throws: `SplittingError.unusableDeclaration`.
    package init(declaredBy splitting: ReaderDeclaration.Splitting) throws(SplittingError) {
        try self.init(
            tileHeight: splitting.tileHeight,
            tileWidth: splitting.tileWidth,
            textHeight: splitting.textHeight,
            charactersPerTile: splitting.charactersPerTile
        )
    }
}
