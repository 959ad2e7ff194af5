/// One sequence while it is being continued.
struct GeneratedSequence {
    /// The beginning of the prompt that was read together with that of other sequences.
    struct Prefix {
        let cache: KVCache
        let length: Int
        let viewCount: Int
    }

    let request: GenerationRequest
    let promptIDs: [Int]
    /// The image features of the prompt's views.
    let features: [Tensor]
    /// What of the prompt was read already; it is let go when the rest has been read.
    var prefix: Prefix? { didSet { if let prefix { reusedTokenCount = prefix.length } } }
    private(set) var reusedTokenCount = 0
    private(set) var tokenIDs: [Int] = []
    private(set) var stopReason: StopReason?
    private var logProbabilities: [Float] = []
    private var text = ""
    private var sampler: Sampler
    private var decoder: StreamingDecoder
    private var scanner: StopStringScanner
    private let tokenLimit: Int

    /// Prepares a sequence.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - promptIDs: The expanded prompt.
    ///   - features: The image features of its views.
    ///   - tokenizer: Turns tokens into text.
    ///   - maximumPositions: How many positions the checkpoint has.
    /// - Throws: `VLMError.promptTooLong`.
    init(
        request: GenerationRequest,
        promptIDs: [Int],
        features: [Tensor],
        tokenizer: Tokenizer,
        maximumPositions: Int
    ) throws(VLMError) {
        if promptIDs.count > maximumPositions {
            throw .promptTooLong(tokens: promptIDs.count, limit: maximumPositions)
        }
        self.request = request
        self.promptIDs = promptIDs
        self.features = features
        sampler = Sampler(request)
        decoder = tokenizer.streamingDecoder(skipsSpecialTokens: true)
        scanner = StopStringScanner(request.stopStrings)
        tokenLimit = min(request.maximumTokens, maximumPositions - promptIDs.count + 1)
        if tokenLimit < 1 { stopReason = .maximumTokens }
    }

    /// The part of the prompt that was not read yet.
    var unreadIDs: [Int] { prefix.map { Array(promptIDs[$0.length...]) } ?? promptIDs }

    /// The features of the views in that part.
    var unreadFeatures: [Tensor] { prefix.map { Array(features[$0.viewCount...]) } ?? features }

    /// Lets go of what was read together: the sequence has a copy now.
    mutating func releasePrefix() { prefix = nil }

    /// Positions that the cache must hold at most.
    var capacity: Int { promptIDs.count + max(min(tokenLimit, 1024), 0) }

    /// Chooses the next token.
    ///
    /// - Parameters:
    ///   - logits: The scores.
    ///   - logSumExp: The logarithm of the sum of their exponentials.
    ///   - configuration: End tokens and bad words.
    /// - Returns: Text that became certain.
    mutating func advance(logits: [Float], logSumExp: Float, _ configuration: GenerationConfiguration) -> String {
        let id = sampler.token(from: logits, forbidden: configuration.badWords.forbidden(after: promptIDs + tokenIDs))
        tokenIDs.append(id)
        logProbabilities.append(logits[id] - logSumExp)
        if configuration.endTokens.contains(id) && !request.ignoresEndTokens {
            stopReason = .endOfSequence
        } else if tokenIDs.count >= tokenLimit {
            stopReason = .maximumTokens
        }
        var piece = decoder.append(id)
        if stopReason != nil { piece += decoder.finish() }
        var certain = scanner.append(piece)
        if scanner.hasStopped {
            stopReason = .stopString
        } else if stopReason != nil {
            certain += scanner.finish()
        }
        text += certain
        return certain
    }

    /// The finished answer.
    var generation: Generation {
        var generation = Generation(
            text: text,
            tokenIDs: tokenIDs,
            logProbabilities: logProbabilities,
            stopReason: stopReason ?? .maximumTokens,
            promptTokenCount: promptIDs.count
        )
        generation.reusedPromptTokenCount = reusedTokenCount
        return generation
    }
}
