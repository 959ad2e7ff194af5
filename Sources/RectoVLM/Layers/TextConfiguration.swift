/// What a decoder's configuration says: `text_config` of a vision-language model, or all of a text model's `config.json`.
package struct TextConfiguration: Sendable, Decodable {
    /// `mistral` or `llama`.
    package let family: String
    package internal(set) var vocabularySize: Int
    package let hiddenSize: Int
    package let intermediateSize: Int
    package let layerCount: Int
    package let headCount: Int
    package let keyValueHeadCount: Int
    package let headDimension: Int
    package let epsilon: Float
    package let ropeTheta: Float
    package let ropeScaling: RotaryScaling
    /// How many positions a query looks back, its own included; nil is all.
    package let slidingWindow: Int?
    /// How many tokens a sequence may have.
    package let maximumPositions: Int
    package let endTokens: [Int]
    package let tiesEmbeddings: Bool?
    /// The first setting that cannot be honoured.
    private let refusal: SettingRefusal?

    private enum CodingKeys: String, CodingKey {
        case family = "model_type"
        case vocabularySize = "vocab_size"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case keyValueHeadCount = "num_key_value_heads"
        case headDimension = "head_dim"
        case activation = "hidden_act"
        case epsilon = "rms_norm_eps"
        case ropeTheta = "rope_theta"
        case ropeScaling = "rope_scaling"
        case ropeParameters = "rope_parameters"
        case slidingWindow = "sliding_window"
        case maximumPositions = "max_position_embeddings"
        case originalPositions = "original_max_position_embeddings"
        case endTokens = "eos_token_id"
        case tiesEmbeddings = "tie_word_embeddings"
        case attentionBias = "attention_bias"
        case mlpBias = "mlp_bias"
    }

    /// Reads a configuration; absent values are the defaults of the family's class in transformers.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when a value is of another type.
    package init(from decoder: any Decoder) throws { try self.init(from: decoder, defaultFamily: "mistral") }

    /// Reads a configuration; absent values are the defaults of the family's class in transformers.
    ///
    /// - Parameters:
    ///   - decoder: Where to read from.
    ///   - defaultFamily: The family where none is named.
    ///   - namesFamily: Whether `model_type` is the decoder's, and not that of a network whose configuration has no part for it.
    /// - Throws: `DecodingError` when a value is of another type.
    init(from decoder: any Decoder, defaultFamily: String, namesFamily: Bool = true) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func integer(_ key: CodingKeys, _ fallback: Int) throws -> Int {
            try values.decodeIfPresent(Int.self, forKey: key) ?? fallback
        }
        let named = try namesFamily ? values.decodeIfPresent(String.self, forKey: .family) : nil
        family = named ?? defaultFamily
        let isMistral = family != "llama"
        vocabularySize = try integer(.vocabularySize, 32000)
        hiddenSize = try integer(.hiddenSize, 4096)
        intermediateSize = try integer(.intermediateSize, isMistral ? 14336 : 11008)
        layerCount = try integer(.layerCount, 32)
        headCount = try integer(.headCount, 32)
        let isGroupStated = try values.contains(.keyValueHeadCount) && !values.decodeNil(forKey: .keyValueHeadCount)
        let defaultGroups = isMistral && !values.contains(.keyValueHeadCount) ? 8 : headCount
        keyValueHeadCount = isGroupStated ? try integer(.keyValueHeadCount, headCount) : defaultGroups
        headDimension = try integer(.headDimension, headCount > 0 ? hiddenSize / headCount : 0)
        epsilon = Float(try values.decodeIfPresent(Double.self, forKey: .epsilon) ?? 1e-6)
        let statesWindow = values.contains(.slidingWindow)
        let window = try values.decodeIfPresent(Int.self, forKey: .slidingWindow) ?? (statesWindow ? nil : 4096)
        slidingWindow = isMistral ? window : nil
        let trainedPositions = try integer(.maximumPositions, isMistral ? 131072 : 2048)
        let rope = try Rope(values, trainedPositions: trainedPositions, headDimension: headDimension)
        ropeTheta = rope.theta
        ropeScaling = rope.scaling
        maximumPositions = rope.maximumPositions(trainedPositions)
        endTokens = try values.decodeIfPresent(TokenList.self, forKey: .endTokens)?.ids ?? [2]
        tiesEmbeddings = try values.decodeIfPresent(Bool.self, forKey: .tiesEmbeddings)

        let activation = try values.decodeIfPresent(String.self, forKey: .activation) ?? "silu"
        let refusals: [(String, Bool)] = [
            ("model_type \(family)", family != "mistral" && family != "llama"),
            ("hidden_act \(activation)", activation != "silu" && activation != "swish"),
            ("attention_bias", try values.decodeIfPresent(Bool.self, forKey: .attentionBias) ?? false),
            ("mlp_bias", try values.decodeIfPresent(Bool.self, forKey: .mlpBias) ?? false),
        ]
        let place = decoder.codingPath.map { $0.stringValue + "." }.joined()
        refusal = refusals.first(where: \.1).map { SettingRefusal.unsupported(place + $0.0) } ?? rope.refusal
    }

    /// What the keys about rotary positions say together.
    private struct Rope {
        var theta: Float
        var scaling = RotaryScaling.none
        var refusal: SettingRefusal?

        init(_ values: KeyedDecodingContainer<CodingKeys>, trainedPositions: Int, headDimension: Int) throws {
            let older = try values.decodeIfPresent(RotaryParameters.self, forKey: .ropeScaling)
            let newer = try values.decodeIfPresent(RotaryParameters.self, forKey: .ropeParameters)
            let stated = try values.decodeIfPresent(Double.self, forKey: .ropeTheta)
            theta = Float(newer?.theta ?? older?.theta ?? stated ?? 10000)
            let original = try values.decodeIfPresent(Int.self, forKey: .originalPositions)
            do throws(SettingRefusal) {
                if let parameters = older ?? newer {
                    scaling = try parameters.scaling(
                        maximumPositions: trainedPositions,
                        originalPositions: original,
                        headDimension: headDimension
                    )
                }
            } catch {
                refusal = error
            }
        }

        /// Dynamic stretching begins where the trained positions end; the other kinds state their stretched number.
        func maximumPositions(_ trained: Int) -> Int {
            guard case .dynamic(let factor, _) = scaling else { return trained }
            let stretched = Double(trained) * max(factor, 1)
            return stretched.isNaN ? trained : Int(max(-1, min(stretched, Double(1 << 28))))
        }
    }

    /// Checks that the numbers make a network.
    ///
    /// - Parameter path: The file, for the message.
    /// - Throws: `VLMError` when they do not, or when something is asked for that Recto does not do.
    package func validate(path: String) throws(VLMError) {
        if let refusal { throw refusal.error(path: path) }
        let sizes = [
            ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("intermediate_size", intermediateSize),
            ("num_hidden_layers", layerCount), ("num_attention_heads", headCount),
            ("num_key_value_heads", keyValueHeadCount), ("head_dim", headDimension),
            ("max_position_embeddings", maximumPositions), ("sliding_window", slidingWindow ?? 1),
        ]
        try ConfigurationFile.checkSizes(sizes, path: path)
        if headCount % keyValueHeadCount != 0 {
            throw .malformedConfiguration(
                path: path,
                problem: "\(headCount) heads cannot share \(keyValueHeadCount) key and value heads"
            )
        }
        // Rotary frequencies are computed for each of a head's features, before any weight is looked at.
        if headDimension > 1 << 16 {
            throw .malformedConfiguration(path: path, problem: "head_dim is \(headDimension)")
        }
        if headDimension % 2 != 0 {
            throw .malformedConfiguration(path: path, problem: "head_dim \(headDimension) is odd")
        }
        if case .dynamic = ropeScaling, headDimension < 4 {
            throw .malformedConfiguration(path: path, problem: "head_dim \(headDimension) has no dynamic rope_scaling")
        }
    }
}

/// One token id or a list of them.
struct TokenList: Decodable, Sendable {
    let ids: [Int]

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let id = try? value.decode(Int.self) {
            ids = [id]
        } else {
            ids = try value.decode([Int].self)
        }
    }
}

extension ConfigurationFile {
    /// Refuses sizes that no network has, before anything is computed with them.
    ///
    /// - Parameters:
    ///   - sizes: The sizes with their names.
    ///   - path: The file, for the message.
    /// - Throws: `VLMError.malformedConfiguration`.
    static func checkSizes(_ sizes: [(String, Int)], path: String) throws(VLMError) {
        for (name, size) in sizes where size < 1 || size > 1 << 28 {
            throw .malformedConfiguration(path: path, problem: "\(name) is \(size)")
        }
    }
}
