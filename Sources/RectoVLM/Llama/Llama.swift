/// Llama and Mistral as published for text alone: the decoder and nothing before it.
struct Llama: LanguageNetwork {
    let decoder: TextDecoder

    /// Loads the network.
    ///
    /// - Parameters:
    ///   - configuration: What `config.json` says.
    ///   - store: The checkpoint's tensors.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ configuration: TextConfiguration, in store: WeightStore) throws(VLMError) {
        decoder = try TextDecoder(
            "model",
            in: store,
            configuration: configuration,
            tiesEmbeddings: configuration.tiesEmbeddings ?? false
        )
    }

    var imageTokenID: Int? { nil }

    var vision: VisionEncoder? { nil }

    func encode(_ views: [PixelValues], keepsVisionOutput: Bool) -> [EncodedView] { [] }
}
