public import Foundation
import RectoPages

/// Runs a checkpoint on this machine's processors.
///
/// An actor on a thread of its own: minutes of computing never occupy the cooperative pool, and because no method awaits
/// anything, two generations cannot interleave.
public actor InferenceEngine: VisionLanguageModel {
    /// What the checkpoint says of itself.
    public nonisolated let description: ModelDescription

    private let executor = InferenceExecutor()
    let generator: Generator
    private let prompts: PromptBuilder
    private let glyphHead: GlyphHead?
    /// The text of each class of the glyph head but the first.
    private let glyphCharacters: [String]
    private let ctcHead: CTCHead?
    private var features = ImageFeatureCache()
    private var vocabulary: TokenVocabulary?

    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Loads a checkpoint.
    ///
    /// - Parameters:
    ///   - folder: A folder in the Hugging Face layout, or a GGUF file.
    ///   - visionTower: The GGUF file of the vision tower (`mmproj`), where it is named.
    ///   - threads: How many processors to use; OpenBLAS keeps the number for the whole process.
    ///   - weights: How weights are kept while computing; nil takes them as they were quantised, and those of other
    ///     checkpoints in single precision.
    ///   - adapters: PEFT adapters that are merged into the weights, in this order.
    /// - Throws: `VLMError` or `ModelInputError` when the checkpoint cannot be run.
    public init(
        folder: URL,
        visionTower: URL? = nil,
        threads: Int,
        weights: WeightType? = nil,
        adapters: [ModelAdapter] = []
    ) throws {
        try self.init(
            folder: folder,
            visionTower: visionTower,
            threads: threads,
            widenedBytes: WeightStore.usuallyWidenedBytes,
            weights: weights,
            adapters: adapters
        )
    }

    /// Loads a checkpoint and says how its weights are kept.
    ///
    /// - Parameters:
    ///   - folder: A folder in the Hugging Face layout, or a GGUF file.
    ///   - visionTower: The GGUF file of the vision tower (`mmproj`), where it is named.
    ///   - threads: How many processors to use.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weights: How weights are kept while computing.
    ///   - adapters: PEFT adapters that are merged into the weights, in this order.
    ///   - streams: Whether weights that stay mapped may be read from the disk again and again.
    /// - Throws: `VLMError` or `ModelInputError` when the checkpoint cannot be run.
    package init(
        folder: URL,
        visionTower: URL? = nil,
        threads: Int,
        widenedBytes: Int,
        weights: WeightType? = nil,
        adapters: [ModelAdapter] = [],
        streams: Bool = false
    ) throws {
        MatrixMultiply.threadCount = max(threads, 1)
        let plan = try ModelPlan(checkpoint: folder, visionTower: visionTower)
        let model = try ModelFolder(
            plan,
            widenedBytes: widenedBytes,
            weights: weights,
            adapters: adapters,
            need: streams ? .unmapped : .all
        )
        prompts = try PromptBuilder(plan)
        description = model.description
        generator = Generator(
            network: model.network,
            configuration: model.generation.ending(at: prompts.endTokens),
            path: folder.path(percentEncoded: false)
        )
        glyphHead = model.glyphHead
        glyphCharacters = try glyphHead?.characters(prompts.tokenizer) ?? []
        ctcHead = model.ctcHead
    }

    /// Answers several requests; each answer is the same as if it had been asked alone.
    ///
    /// - Parameter requests: The questions.
    /// - Returns: One answer for each request, in order.
    /// - Throws: `VLMError` or `ModelInputError`, or `CancellationError` when the task was cancelled.
    public func generate(_ requests: [GenerationRequest]) throws -> [Generation] {
        try answers(to: requests) { _, _ in }
    }

    /// Answers one request and hands the text over while it is written.
    ///
    /// - Parameters:
    ///   - request: The question.
    ///   - onText: Takes each piece of text as soon as it is certain; the pieces joined are the answer's text.
    /// - Returns: The answer.
    /// - Throws: `VLMError` or `ModelInputError`, or `CancellationError` when the task was cancelled.
    public func generate(
        _ request: GenerationRequest,
        onText: @Sendable (String) -> Void
    ) throws -> Generation {
        var request = request
        request.decodesJointly = false
        return try answers(to: [request]) { _, text in onText(text) }[0]
    }

    /// Computes what a request's prompt leads to, for comparison with other implementations.
    ///
    /// - Parameter request: The question; what it says about sampling plays no part.
    /// - Returns: Inputs, vision states, image features and logits.
    /// - Throws: `VLMError` or `ModelInputError`, or `CancellationError` when the task was cancelled.
    public func trace(_ request: GenerationRequest) throws -> ModelTrace {
        try trace(inputIDs: prompts.tokenIDs(of: request), pixelValues: views(of: request))
    }

    /// Computes what token ids and views lead to.
    ///
    /// - Parameters:
    ///   - inputIDs: The expanded prompt.
    ///   - pixelValues: The views in order.
    /// - Returns: Inputs, vision states, image features and logits.
    /// - Throws: `VLMError`, or `CancellationError` when the task was cancelled.
    package func trace(inputIDs: [Int], pixelValues: [PixelValues]) throws -> ModelTrace {
        let encoded = try generator.network.encode(pixelValues, keepsVisionOutput: true)
        let logits = try generator.logits(inputIDs, features: encoded.map(\.features))
        var trace = ModelTrace(logits: .init(logits), inputIDs: inputIDs)
        trace.pixelValues = pixelValues.map { .init(shape: [3, $0.height, $0.width], elements: $0.values) }
        trace.visionOutput = encoded.compactMap { $0.visionOutput.map { .init($0) } }
        trace.imageFeatures = encoded.map { .init($0.features) }
        trace.glyphScores = encoded.compactMap { view in
            view.visionOutput.flatMap { states in glyphHead.map { .init($0(states)) } }
        }
        if let ctcHead { trace.ctcScores = try encoded.map { try ctcHead($0.features) } }
        return trace
    }

    /// The views of a request's images.
    package func views(of request: GenerationRequest) -> [PixelValues] {
        prompts.images(of: request).flatMap { prompts.views(of: $0) }
    }

    /// How many images' keys and values were made so far for the blocks that look at images; always 0 where there are none.
    package var imageMemoryCount: Int { generator.network.decoder.crossAttention?.memoryCount ?? 0 }

    /// Whether an image may become several views.
    var canSplitImages: Bool { prompts.canSplitImages }

    /// The expanded prompt of a request.
    func tokenIDs(of request: GenerationRequest) throws -> [Int] { try prompts.tokenIDs(of: request) }

    /// Answers requests; images that were not seen before are encoded, equal ones once.
    private func answers(
        to requests: [GenerationRequest],
        onText: (Int, String) -> Void
    ) throws -> [Generation] {
        if glyphHead == nil, requests.contains(where: \.namesGlyphs) {
            throw VLMError.noGlyphHead(path: generator.path)
        }
        if ctcHead == nil, requests.contains(where: \.decodesJointly) {
            throw VLMError.noJointDecoding(path: generator.path, views: nil)
        }
        let images = requests.map { prompts.images(of: $0) }
        // What cannot be written is noticed before images are encoded.
        let tokenIDs = try requests.map { try prompts.tokenIDs(of: $0) }
        let known = try features(of: images, naming: requests.map(\.namesGlyphs))
        if vocabulary == nil, requests.contains(where: { $0.schema != nil }) {
            vocabulary = TokenVocabulary(prompts.tokenizer, endTokens: generator.configuration.endTokens)
        }
        let sequences = try requests.indices.map { index in
            try GeneratedSequence(
                request: requests[index],
                promptIDs: tokenIDs[index],
                features: images[index].flatMap { known[$0]?.views ?? [] },
                tokenizer: prompts.tokenizer,
                vocabulary: vocabulary,
                maximumPositions: generator.network.decoder.configuration.maximumPositions,
                endTokens: prompts.endTokens(of: requests[index])
            )
        }
        if let other = requests.indices.first(where: {
            requests[$0].decodesJointly && sequences[$0].features.count != 1
        }) {
            throw VLMError.noJointDecoding(path: generator.path, views: sequences[other].features.count)
        }
        var answers = try generator.run(sequences, onText: onText)
        try decodeJointly(&answers, sequences)
        for index in answers.indices where requests[index].namesGlyphs {
            answers[index].glyphs = images[index].map { known[$0]?.glyphs ?? [] }
        }
        return answers
    }

    /// Gives the CTC head a say in the answers that want it.
    private func decodeJointly(_ answers: inout [Generation], _ sequences: [GeneratedSequence]) throws {
        guard let ctcHead else { return }
        let joint = sequences.indices.filter { sequences[$0].request.decodesJointly && sequences[$0].request.isGreedy }
        if joint.isEmpty { return }
        let decoding = JointDecoding(head: ctcHead, generator: generator, tokenizer: prompts.tokenizer)
        let written = answers
        let parts = joint.pieces(of: (joint.count + MatrixMultiply.threadCount - 1) / MatrixMultiply.threadCount)
        let revised = try Parallel.map(parts.count) { part in
            try parts[part].map { index in
                let sequence = sequences[index]
                return try decoding.revised(
                    written[index],
                    promptIDs: sequence.promptIDs,
                    features: sequence.features[0],
                    limit: sequence.tokenLimit
                )
            }
        }
        for (index, answer) in zip(joint, revised.joined()) { answers[index] = answer }
    }

    private func features(
        of images: [[ImageInput]],
        naming isNamed: [Bool]
    ) throws -> [ImageInput: ImageFeatures] {
        let named = zip(images, isNamed).flatMap { $1 ? $0 : [] }
        return try features.features(of: Set(images.joined()), naming: Set(named)) { missing, namesGlyphs in
            try self.encode(missing.map { prompts.views(of: $0) }, namesGlyphs: namesGlyphs)
        }
    }

    /// Encodes the views of images.
    private func encode(_ images: [[PixelValues]], namesGlyphs: Bool) throws -> [ImageFeatures] {
        let views = Array(images.joined())
        let encoded = try generator.network.encode(views, keepsVisionOutput: namesGlyphs)
        var grids: [GlyphGrid]?
        if namesGlyphs, let glyphHead {
            let states = encoded.compactMap(\.visionOutput)
            grids = try glyphHead.grids(of: views, states: states, characters: glyphCharacters)
        }
        var next = 0
        return images.map { views in
            defer { next += views.count }
            let range = next..<next + views.count
            return ImageFeatures(views: encoded[range].map(\.features), glyphs: grids.map { Array($0[range]) })
        }
    }
}

extension ModelTrace.Values {
    fileprivate init(_ tensor: Tensor) {
        self.init(shape: [tensor.rows, tensor.columns], elements: tensor.elements)
    }
}
