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
    private var features = ImageFeatureCache()
    private var vocabulary: TokenVocabulary?

    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Loads a checkpoint.
    ///
    /// - Parameters:
    ///   - folder: A folder in the Hugging Face layout.
    ///   - threads: How many processors to use; OpenBLAS keeps the number for the whole process.
    ///   - weights: How weights are kept while computing; nil takes them as `recto models quantize` left them, and those
    ///     of other folders in single precision.
    /// - Throws: `VLMError` or `ModelInputError` when the checkpoint cannot be run.
    public init(folder: URL, threads: Int, weights: WeightType? = nil) throws {
        try self.init(folder: folder, threads: threads, widenedBytes: WeightStore.usuallyWidenedBytes, weights: weights)
    }

    /// Loads a checkpoint and says how its weights are kept.
    ///
    /// - Parameters:
    ///   - folder: A folder in the Hugging Face layout.
    ///   - threads: How many processors to use.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weights: How weights are kept while computing.
    /// - Throws: `VLMError` or `ModelInputError` when the checkpoint cannot be run.
    package init(folder: URL, threads: Int, widenedBytes: Int, weights: WeightType? = nil) throws {
        MatrixMultiply.threadCount = max(threads, 1)
        let model = try ModelFolder(folder, widenedBytes: widenedBytes, weights: weights)
        description = model.description
        generator = Generator(
            network: model.network,
            configuration: model.generation,
            path: folder.path(percentEncoded: false)
        )
        prompts = try PromptBuilder(folder: folder, imageTokensPerView: model.imageTokensPerView)
    }

    /// Answers several requests; each answer is the same as if it had been asked alone.
    ///
    /// - Parameter requests: The questions.
    /// - Returns: One answer for each request, in order.
    /// - Throws: `VLMError` or `ModelInputError`, or `CancellationError` when the task was cancelled.
    public func generate(_ requests: [GenerationRequest]) throws -> [Generation] {
        try generator.run(sequences(of: requests))
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
        let answers = try generator.run(sequences(of: [request])) { _, text in onText(text) }
        return answers[0]
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
        return trace
    }

    /// The views of a request's images.
    func views(of request: GenerationRequest) -> [PixelValues] {
        prompts.images(of: request).flatMap { prompts.views(of: $0) }
    }

    /// The expanded prompt of a request.
    func tokenIDs(of request: GenerationRequest) throws -> [Int] { try prompts.tokenIDs(of: request) }

    /// Writes the prompts and encodes the images that were not seen before; equal images are encoded once.
    private func sequences(of requests: [GenerationRequest]) throws -> [GeneratedSequence] {
        let tokenIDs = try requests.map { try prompts.tokenIDs(of: $0) }
        let images = requests.map { prompts.images(of: $0) }
        let known = try features.features(of: Set(images.joined())) { [prompts, generator] missing in
            let views = missing.map { prompts.views(of: $0) }
            let encoded = try generator.network.encode(Array(views.joined()), keepsVisionOutput: false)
            var next = 0
            return views.map { views in
                defer { next += views.count }
                return encoded[next..<next + views.count].map(\.features)
            }
        }
        if vocabulary == nil, requests.contains(where: { $0.schema != nil }) {
            vocabulary = TokenVocabulary(prompts.tokenizer, endTokens: generator.configuration.endTokens)
        }
        return try requests.indices.map { index in
            try GeneratedSequence(
                request: requests[index],
                promptIDs: tokenIDs[index],
                features: images[index].flatMap { known[$0] ?? [] },
                tokenizer: prompts.tokenizer,
                vocabulary: vocabulary,
                maximumPositions: generator.network.decoder.configuration.maximumPositions
            )
        }
    }
}

extension ModelTrace.Values {
    fileprivate init(_ tensor: Tensor) {
        self.init(shape: [tensor.rows, tensor.columns], elements: tensor.elements)
    }
}
