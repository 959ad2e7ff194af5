/// The linear head on the image features that spells the line of an image in reading order (`training/losses.py`): each feature
/// has some slots, each slot is a step, and in each step one class is named, of which the first is the blank.
struct CTCHead: Sendable {
    /// The head's name in the checkpoint, without `.weight`.
    static let name = "recto.ctc_head"

    private let slots: Int
    private let classes: Int
    private let firstToken: Int
    private let linear: Linear
    /// The checkpoint folder's path, for messages.
    private let path: String

    /// Loads the head.
    ///
    /// - Parameters:
    ///   - declared: What `recto.json` says of it; without it there is none.
    ///   - store: The checkpoint's tensors.
    ///   - network: The network on whose image features it stands.
    /// - Throws: `VLMError` when it is declared with impossible sizes, the network sees no images as rows of its text, or a tensor
    ///   is missing or of another shape.
    init?(
        _ declared: ReaderDeclaration.CharacterHead?,
        in store: WeightStore,
        on network: any LanguageNetwork
    ) throws(VLMError) {
        guard let declared else { return nil }
        guard network.vision != nil, network.decoder.crossAttention == nil else {
            throw .unsupportedSetting(
                path: "\(store.path)/recto.json",
                setting: "a ctc_head without image features that it could stand on"
            )
        }
        let text = network.decoder.configuration
        linear = try declared.linear(Self.name, in: store, inputs: text.hiddenSize)
        guard declared.firstToken + declared.classes - 1 <= text.vocabularySize else {
            throw .malformedConfiguration(
                path: "\(store.path)/recto.json",
                problem: "ctc_head has classes for tokens that are not in the vocabulary of \(text.vocabularySize)"
            )
        }
        slots = declared.slots
        classes = declared.classes
        firstToken = declared.firstToken
        path = store.path
    }

    /// Scores the classes of each step.
    ///
    /// - Parameter features: The features of one image, shape (features, decoder's hidden size).
    /// - Returns: features * slots steps.
    /// - Throws: `VLMError.notFinite` when the scores are no numbers.
    func callAsFunction(_ features: Tensor) throws(VLMError) -> CTCScores {
        let scores = linear(features).reshaped(rows: features.rows * slots, columns: classes)
        var steps: [[Float]] = []
        for row in 0..<scores.rows {
            let sum = scores.logSumExp(row: row)
            guard sum.isFinite else { throw .notFinite(path: path) }
            steps.append(scores[row].map { $0 - sum })
        }
        return CTCScores(logProbabilities: steps)
    }

    /// The classes of tokens.
    ///
    /// - Parameter tokens: Token ids.
    /// - Returns: One class for each; nil where a token has none.
    func classes(of tokens: some Sequence<Int>) -> [Int]? {
        var found: [Int] = []
        for token in tokens {
            let label = token - firstToken + 1
            guard label > 0, label < classes else { return nil }
            found.append(label)
        }
        return found
    }

    /// The tokens of classes.
    ///
    /// - Parameter labels: Classes, none of them the blank.
    /// - Returns: One token for each.
    func tokens(of labels: [Int]) -> [Int] { labels.map { $0 + firstToken - 1 } }
}
