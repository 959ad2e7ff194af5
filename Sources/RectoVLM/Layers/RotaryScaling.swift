/// How a checkpoint stretches its rotary positions beyond the length that it was first trained on.
package enum RotaryScaling: Sendable, Hashable {
    /// Not at all.
    case none
    /// Every position counts a `factor`th.
    case linear(factor: Double)
    /// The base grows with a sequence of more than `positions` tokens (NTK-aware, dynamic).
    case dynamic(factor: Double, positions: Int)
    /// As in Llama 3.1: waves longer than `positions / lowFrequencyFactor` are stretched by `factor`, those shorter than
    /// `positions / highFrequencyFactor` are not, and those between in part.
    case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, positions: Int)
    /// Each frequency is divided by a number of its own, as GGUF files keep the last kind (`rope_freqs.weight`).
    case divided([Double])
}

/// `rope_scaling`, or `rope_parameters` as transformers 5 calls it, of a text configuration.
struct RotaryParameters: Decodable {
    let theta: Double?
    private let kind: String?
    private let factor: Double?
    private let lowFrequencyFactor: Double?
    private let highFrequencyFactor: Double?
    private let positions: Int?
    private let rotatedShare: Double?
    private let divisors: [Double]?
    /// Where it stands in the file.
    private let name: String

    private enum CodingKeys: String, CodingKey {
        case theta = "rope_theta"
        case kind = "rope_type"
        case olderKind = "type"
        case factor
        case lowFrequencyFactor = "low_freq_factor"
        case highFrequencyFactor = "high_freq_factor"
        case positions = "original_max_position_embeddings"
        case rotatedShare = "partial_rotary_factor"
        case divisors = "rope_freqs"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        theta = try values.decodeIfPresent(Double.self, forKey: .theta)
        kind =
            try values.decodeIfPresent(String.self, forKey: .kind)
            ?? values.decodeIfPresent(String.self, forKey: .olderKind)
        factor = try values.decodeIfPresent(Double.self, forKey: .factor)
        lowFrequencyFactor = try values.decodeIfPresent(Double.self, forKey: .lowFrequencyFactor)
        highFrequencyFactor = try values.decodeIfPresent(Double.self, forKey: .highFrequencyFactor)
        positions = try values.decodeIfPresent(Int.self, forKey: .positions)
        rotatedShare = try values.decodeIfPresent(Double.self, forKey: .rotatedShare)
        divisors = try values.decodeIfPresent([Double].self, forKey: .divisors)
        name = decoder.codingPath.map(\.stringValue).joined(separator: ".")
    }

    /// Says how positions are stretched.
    ///
    /// - Parameters:
    ///   - maximumPositions: `max_position_embeddings`.
    ///   - originalPositions: `original_max_position_embeddings` where it stands beside these parameters: transformers 5 takes it
    ///     rather than theirs.
    ///   - headDimension: Features of one head.
    /// - Returns: The kind with its numbers.
    /// - Throws: `SettingRefusal` for a kind that Recto does not do, or numbers that make none.
    func scaling(
        maximumPositions: Int,
        originalPositions: Int?,
        headDimension: Int
    ) throws(SettingRefusal) -> RotaryScaling {
        if let rotatedShare, rotatedShare != 1 {
            throw .unsupported("\(name).partial_rotary_factor \(rotatedShare)")
        }
        switch kind {
        case nil where factor != nil: throw .unsupported("\(name) of no type")
        case nil, "default": return .none
        case "linear": return .linear(factor: try positive(factor, .factor))
        case "dynamic": return .dynamic(factor: try positive(factor, .factor), positions: maximumPositions)
        case "llama3":
            let low = try positive(lowFrequencyFactor, .lowFrequencyFactor)
            let high = try positive(highFrequencyFactor, .highFrequencyFactor)
            guard low < high else { throw .malformed("\(name).high_freq_factor is not above low_freq_factor") }
            let positions = originalPositions ?? positions ?? maximumPositions
            guard positions > 0 else { throw .malformed("\(name).original_max_position_embeddings is \(positions)") }
            return .llama3(
                factor: try positive(factor, .factor),
                lowFrequencyFactor: low,
                highFrequencyFactor: high,
                positions: positions
            )
        case "rope_freqs":
            let divisors = divisors ?? []
            guard divisors.count == headDimension / 2, divisors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw .malformed("\(name).rope_freqs are not \(headDimension / 2) numbers above zero")
            }
            return .divided(divisors)
        case let kind?: throw .unsupported("\(name) of type \(kind)")
        }
    }

    private func positive(_ value: Double?, _ key: CodingKeys) throws(SettingRefusal) -> Double {
        guard let value else { throw .malformed("\(name).\(key.rawValue) is missing") }
        guard value > 0, value.isFinite else { throw .malformed("\(name).\(key.rawValue) is \(value)") }
        return value
    }
}
