public import Foundation

/// Runs a checkpoint on this machine's processors.
///
/// An actor on a thread of its own: minutes of computing never occupy the cooperative pool, and because no method awaits
/// anything, two generations cannot interleave.
public actor InferenceEngine: VisionLanguageModel {
    /// What the checkpoint says of itself.
    public nonisolated let description: ModelDescription

    /// Loads a checkpoint.
    ///
    /// - Parameters:
    ///   - folder: A folder in the Hugging Face layout.
    ///   - threads: How many processors to use.
    /// - Throws: `VLMError` or `ModelInputError` when the checkpoint cannot be run.
    public init(folder: URL, threads: Int) throws {
        throw VLMError.unreadableFile(path: folder.path(percentEncoded: false), reason: "the network is not built yet")
    }

    /// Answers several requests; each answer is the same as if it had been asked alone.
    ///
    /// - Parameter requests: The questions.
    /// - Returns: One answer for each request, in order.
    /// - Throws: `VLMError` or `ModelInputError`, or `CancellationError` when the task was cancelled.
    public func generate(_ requests: [GenerationRequest]) throws -> [Generation] {
        throw VLMError.emptyPrompt
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
        throw VLMError.emptyPrompt
    }

    /// Computes what a request's prompt leads to, for comparison with other implementations.
    ///
    /// - Parameter request: The question; what it says about sampling plays no part.
    /// - Returns: Inputs, vision states, image features and logits.
    /// - Throws: `VLMError` or `ModelInputError`, or `CancellationError` when the task was cancelled.
    public func trace(_ request: GenerationRequest) throws -> ModelTrace {
        throw VLMError.emptyPrompt
    }
}
