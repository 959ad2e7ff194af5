/// The linear head on the tower's patch states that names the characters centred under each patch (`training/losses.py`):
/// some slots a patch, in each slot one class, of which the first means nothing.
struct GlyphHead: Sendable {
    /// The head's name in the checkpoint, without `.weight`.
    static let name = "recto.glyph_head"

    let slots: Int
    let classes: Int
    private let firstToken: Int
    private let patchSize: Int
    private let linear: Linear
    /// The checkpoint folder's path, for messages.
    private let path: String

    /// Loads the head.
    ///
    /// - Parameters:
    ///   - declared: What `recto.json` says of it; without it there is none.
    ///   - store: The checkpoint's tensors.
    ///   - vision: The tower that it stands on.
    /// - Throws: `VLMError` when it is declared with impossible sizes, or a tensor is missing or of another shape.
    init?(
        _ declared: ReaderDeclaration.CharacterHead?,
        in store: WeightStore,
        on vision: VisionConfiguration
    ) throws(VLMError) {
        guard let declared else { return nil }
        slots = declared.slots
        classes = declared.classes
        firstToken = declared.firstToken
        patchSize = vision.patchSize
        path = store.path
        linear = try declared.linear(Self.name, in: store, inputs: vision.hiddenSize)
    }

    /// The text of each class but the first.
    ///
    /// - Parameter tokenizer: The checkpoint's tokenizer.
    /// - Returns: The characters of the classes from 1 on.
    /// - Throws: `VLMError.malformedConfiguration` when a class has no token of text.
    func characters(_ tokenizer: Tokenizer) throws(VLMError) -> [String] {
        let vocabulary = tokenizer.vocabularyBytes()
        var characters: [String] = []
        for token in firstToken..<firstToken + classes - 1 {
            guard token < vocabulary.count, let bytes = vocabulary[token] else {
                throw .malformedConfiguration(
                    path: "\(path)/recto.json",
                    problem: "glyph_head has a class for the token \(token), which tokenizer.json does not know as text"
                )
            }
            characters.append(String(decoding: bytes, as: UTF8.self))
        }
        return characters
    }

    /// Scores the classes of each slot of each patch.
    ///
    /// - Parameter states: Patch states after the tower's last norm.
    /// - Returns: Scores, shape (patches, slots * classes).
    func callAsFunction(_ states: Tensor) -> Tensor { linear(states) }

    /// Names the characters under the patches of views.
    ///
    /// - Parameters:
    ///   - views: The views.
    ///   - states: The patch states of each.
    ///   - characters: The text of each class but the first.
    /// - Returns: A grid for each view.
    /// - Throws: `VLMError.notFinite` when the scores are no numbers.
    func grids(of views: [PixelValues], states: [Tensor], characters: [String]) throws -> [GlyphGrid] {
        let share = (views.count + MatrixMultiply.threadCount - 1) / MatrixMultiply.threadCount
        let pieces = Array(views.indices).pieces(of: share)
        let grids = try Parallel.map(pieces.count) { part in
            try pieces[part].map { try grid(of: views[$0], states: states[$0], characters: characters) }
        }
        return Array(grids.joined())
    }

    private func grid(of view: PixelValues, states: Tensor, characters: [String]) throws(VLMError) -> GlyphGrid {
        let scores = self(states).elements
        // One row for each slot: the kernel sums the exponentials of a whole row.
        let bySlot = Tensor(rows: states.rows * slots, columns: classes, elements: scores)
        var patches: [[GlyphGrid.Glyph]] = []
        for patch in 0..<states.rows {
            var glyphs: [GlyphGrid.Glyph] = []
            for slot in 0..<slots {
                let row = patch * slots + slot
                let best = Self.best(scores[row * classes..<(row + 1) * classes])
                let score = scores[row * classes + best]
                // Most slots hold nothing: of these only the best score is looked at.
                let sum = best == 0 ? score : bySlot.logSumExp(row: row)
                guard sum.isFinite else { throw .notFinite(path: path) }
                if best == 0 { continue }
                let logProbability = min(0, score - sum)
                glyphs.append(.init(slot: slot, character: characters[best - 1], logProbability: logProbability))
            }
            patches.append(glyphs)
        }
        return GlyphGrid(
            rows: view.height / patchSize,
            columns: view.width / patchSize,
            patchSize: patchSize,
            viewWidth: view.width,
            viewHeight: view.height,
            patches: patches
        )
    }

    /// The class with the highest score, the first among equals.
    private static func best(_ scores: ArraySlice<Float>) -> Int {
        var best = scores.startIndex
        for index in scores.indices where scores[index] > scores[best] { best = index }
        return best - scores.startIndex
    }
}
