/// A network that continues token sequences and may see images.
protocol LanguageNetwork: Sendable {
    /// The text decoder.
    var decoder: TextDecoder { get }

    /// The token whose places image features take, or at which the decoder begins to look at an image; nil when the network sees
    /// no images.
    var imageTokenID: Int? { get }

    /// The vision tower; nil when the network sees no images.
    var vision: VisionEncoder? { get }

    /// Turns views into image features.
    ///
    /// - Parameters:
    ///   - views: The views.
    ///   - keepsVisionOutput: Whether the states of the vision encoder are wanted, too.
    /// - Returns: One result for each view.
    /// - Throws: `VLMError` for a view that cannot be encoded; `CancellationError` when the task was cancelled.
    func encode(_ views: [PixelValues], keepsVisionOutput: Bool) throws -> [EncodedView]
}

/// What a view became.
struct EncodedView: Sendable {
    /// The states that the tower gave.
    let visionOutput: Tensor?
    /// One row for each image token, or for each state that the decoder looks at.
    let features: Tensor
}

extension LanguageNetwork {
    /// How many image tokens stand for a view.
    ///
    /// - Parameter features: The view's features.
    /// - Returns: One for each row of them; one alone where the decoder looks at images from outside the text.
    func placeCount(of features: Tensor) -> Int { decoder.crossAttention == nil ? features.rows : 1 }

    /// Looks up the embeddings of a prompt and puts image features in the places of the image tokens, where these are for that.
    ///
    /// - Parameters:
    ///   - ids: The prompt's token ids.
    ///   - features: The features of the prompt's views in order.
    /// - Returns: One row for each token.
    /// - Throws: `VLMError` when ids are outside the vocabulary or the places are not as many as the features.
    func embed(_ ids: [Int], features: [Tensor]) throws(VLMError) -> Tensor {
        let vocabularySize = decoder.configuration.vocabularySize
        if ids.isEmpty { throw .emptyPrompt }
        if let id = ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw .tokenOutOfRange(id: id, vocabularySize: vocabularySize)
        }
        let limit = decoder.configuration.maximumPositions
        if ids.count > limit { throw .promptTooLong(tokens: ids.count, limit: limit) }
        let places = ids.indices.filter { ids[$0] == imageTokenID }
        let expected = features.reduce(0) { $0 + placeCount(of: $1) }
        if places.count != expected && (imageTokenID != nil || expected > 0) {
            throw .imageTokenCount(expected: expected, found: places.count)
        }
        var embeddings = decoder.embed(ids)
        if decoder.crossAttention != nil { return embeddings }
        var next = 0
        for view in features {
            for row in 0..<view.rows {
                embeddings.replaceRows(at: places[next], with: view, rows: row..<row + 1)
                next += 1
            }
        }
        return embeddings
    }
}
