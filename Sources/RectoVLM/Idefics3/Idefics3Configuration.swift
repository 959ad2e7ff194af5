/// `config.json` of an Idefics3 or SmolVLM checkpoint; absent values are the defaults of the classes in transformers.
package struct Idefics3Configuration: Sendable, Decodable {
    package let imageTokenID: Int
    package let tiesEmbeddings: Bool
    /// Patches along a side of the block that becomes one image token.
    package let scaleFactor: Int
    package let vision: VisionConfiguration
    package let text: TextConfiguration
    package let endTokens: [Int]

    private enum CodingKeys: String, CodingKey {
        case imageTokenID = "image_token_id"
        case tiesEmbeddings = "tie_word_embeddings"
        case scaleFactor = "scale_factor"
        case vision = "vision_config"
        case text = "text_config"
        case endTokens = "eos_token_id"
    }

    /// Reads a configuration.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when a value is missing or of another type.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        imageTokenID = try values.decodeIfPresent(Int.self, forKey: .imageTokenID) ?? 128257
        tiesEmbeddings = try values.decodeIfPresent(Bool.self, forKey: .tiesEmbeddings) ?? false
        scaleFactor = try values.decodeIfPresent(Int.self, forKey: .scaleFactor) ?? 2
        vision = try VisionConfiguration(from: values, forKey: .vision, defaults: .idefics3)
        guard values.contains(.text) else {
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "absent")
            throw DecodingError.keyNotFound(CodingKeys.text, context)
        }
        text = try TextConfiguration(from: values.superDecoder(forKey: .text), defaultFamily: "llama")
        endTokens = try values.decodeIfPresent(TokenList.self, forKey: .endTokens)?.ids ?? text.endTokens
    }

    /// Checks that the numbers make a network.
    ///
    /// - Parameter path: The file, for the message.
    /// - Throws: `VLMError` when they do not, or when something is asked for that Recto does not do.
    package func validate(path: String) throws(VLMError) {
        try text.validate(path: path)
        try vision.validate(path: path)
        let side = vision.patchesPerSide
        let problems = [
            (scaleFactor < 1 || scaleFactor > side, "scale_factor \(scaleFactor) is not between 1 and \(side) patches"),
            (
                imageTokenID < 0 || imageTokenID >= text.vocabularySize,
                "image_token_id \(imageTokenID) is outside the vocabulary"
            ),
        ]
        if let (_, problem) = problems.first(where: \.0) { throw .malformedConfiguration(path: path, problem: problem) }
    }
}
