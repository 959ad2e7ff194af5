package import RectoPages
package import RectoVLM

extension GenerationRequest {
    /// Puts a question about tiles of pages.
    ///
    /// Tiles that were cut before stand in the prompt as they are. Whole pages are left to models whose image processor cuts
    /// images itself; the others see them whole, to the edges.
    ///
    /// - Parameters:
    ///   - tiles: The tiles, in order.
    ///   - question: The question.
    ///   - model: The model that will be asked.
    package init(tiles: [Tile], question: String, model: any VisionLanguageModel) {
        self.init(parts: tiles.map { .image($0.image) } + [.text(question)])
        keepsImageEdges = true
        splitsImages = model.description.cutsImages && tiles.allSatisfy { $0.role == .whole } ? nil : false
    }
}
