public import RectoPages

/// What a loaded checkpoint says of itself; goes into records.
public struct ModelDescription: Sendable, Hashable, Codable {
    /// The folder's own name for itself, else the folder's name.
    public var name: String
    /// `model_type` of the checkpoint: `idefics`, `idefics2`, `idefics3`, `smolvlm`, `llava`, `llama`,
    /// `mistral`.
    public var family: String
    /// SHA-256 over the folder's files that decide the output, hexadecimal.
    public var digest: String
    /// Element type of the weights on disk: `float32`, `float16`, `bfloat16`.
    public var weights: String
    /// What the checkpoint declares about tiles and prompts; nil for foreign checkpoints.
    public var declaration: ReaderDeclaration?

    /// Creates a description.
    ///
    /// - Parameters:
    ///   - name: The checkpoint's name.
    ///   - family: Its `model_type`.
    ///   - digest: SHA-256, hexadecimal.
    ///   - weights: Element type on disk.
    ///   - declaration: What it declares about tiles and prompts.
    public init(name: String, family: String, digest: String, weights: String, declaration: ReaderDeclaration? = nil) {
        self.name = name
        self.family = family
        self.digest = digest
        self.weights = weights
        self.declaration = declaration
    }
}

extension ModelDescription {
    /// Whether the checkpoint's image processor cuts a page into tiles as fine as the checkpoint reads.
    public var cutsImages: Bool { family == "idefics3" || family == "smolvlm" }
}

/// `recto.json` of a checkpoint folder: how its tiles and prompts must look.
public struct ReaderDeclaration: Sendable, Hashable, Codable {
    /// The splitting that the checkpoint was trained on.
    public struct Splitting: Sendable, Hashable, Codable {
        /// Strategy's name.
        public var strategy: SplitStrategy
        /// Height of every tile in pixels.
        public var tileHeight: Int
        /// Smallest and largest width of a tile in pixels.
        public var tileWidth: [Int]
        /// Distance from ascender to descender, in pixels, that the checkpoint reads best.
        public var textHeight: Double
        /// Most characters that a tile may hold.
        public var charactersPerTile: Int
        /// Most images in one prompt.
        public var imagesPerPrompt: Int
        /// Most images in a prompt that asks which of them holds a label; nil for as many as in others.
        public var imagesPerChoice: Int?

        enum CodingKeys: String, CodingKey {
            case strategy
            case tileHeight = "tile_height"
            case tileWidth = "tile_width"
            case textHeight = "text_height"
            case charactersPerTile = "characters_per_tile"
            case imagesPerPrompt = "images_per_prompt"
            case imagesPerChoice = "images_per_choice"
        }
    }

    /// The prompts that the checkpoint was trained on.
    public struct Prompts: Sendable, Hashable, Codable {
        /// Asks for the text of a tile.
        public var transcribe: String
        /// Asks for a field; `{field}` is replaced by its name.
        public var field: String
        /// Asks for several fields as a JSON object of their names, null for what is not there.
        ///
        /// `{fields}` is replaced by the names with commas between them. Nil for checkpoints that were not taught it.
        public var object: String?
        /// Asks which image, counted from 1, holds a field's label.
        ///
        /// It is answered with nothing where none does. `{field}` is replaced by the field's name. Nil for checkpoints that were not
        /// taught it.
        public var tile: String?
    }

    /// A linear head that names characters.
    public struct CharacterHead: Sendable, Hashable, Codable {
        /// Most characters that a patch, or an image feature, names.
        public var slots: Int
        /// Characters that it tells apart, and one class, the first, for none.
        public var classes: Int
        /// The token of class 1; those of the other classes follow.
        public var firstToken: Int

        enum CodingKeys: String, CodingKey {
            case slots, classes
            case firstToken = "first_token"
        }
    }

    /// Name of the checkpoint.
    public var name: String
    /// How pages must be cut.
    public var splitting: Splitting
    /// How questions must be put.
    public var prompts: Prompts
    /// A head on the vision tower that names the characters under each patch; nil for checkpoints that cannot.
    ///
    /// The tensors `recto.glyph_head.weight`, of shape (slots * classes, tower's hidden size), and `recto.glyph_head.bias`.
    public var glyphHead: CharacterHead?
    /// A head on the image features that spells the line of an image in reading order, by connectionist temporal classification; nil
    /// for checkpoints that cannot.
    ///
    /// The tensors `recto.ctc_head.weight`, of shape (slots * classes, decoder's hidden size), and `recto.ctc_head.bias`; the first
    /// class is the blank.
    public var ctcHead: CharacterHead?

    enum CodingKeys: String, CodingKey {
        case name, splitting, prompts
        case glyphHead = "glyph_head"
        case ctcHead = "ctc_head"
    }
}

/// A question to a model: text parts and images in the order in which they are seen.
public struct GenerationRequest: Sendable {
    /// One item of a prompt.
    public enum Part: Sendable {
        /// Literal text.
        case text(String)
        /// An image; expands to one view, or to several when split.
        case image(PixelImage)
    }

    /// How the parts become a token sequence.
    public enum Template: String, Sendable, Codable {
        /// One user message in the checkpoint's chat template, with the generation prompt.
        case chat
        /// The parts as they stand.
        case raw
    }

    /// The items of the prompt.
    public var parts: [Part]
    /// How the parts become a token sequence.
    public var template: Template = .chat
    /// Whether each image is split as its family splits images: into four crops plus the whole (Idefics2), or into square
    /// tiles plus the whole (Idefics3, SmolVLM; LLaVA and the first Idefics refuse it); nil leaves it to the checkpoint.
    public var splitsImages: Bool?
    /// Whether nothing of an image may be lost at its edges: where the checkpoint's image processor would crop it to a square, it
    /// is padded to one instead.
    public var keepsImageEdges = false
    /// Most tokens to generate.
    public var maximumTokens = 256
    /// 0 is greedy; else logits are divided by it before sampling.
    public var temperature: Float = 0
    /// Keep the smallest set of tokens whose probability reaches this; 1 keeps all.
    public var topP: Float = 1
    /// Keep the most probable tokens only; 0 keeps all.
    public var topK = 0
    /// Seed of the sampler: the same seed gives the same text.
    public var seed: UInt64 = 0
    /// Generation ends before any of these would be complete in the text.
    public var stopStrings: [String] = []
    /// What the answer must satisfy: then its text is always the beginning of an instance in compact JSON, and an instance
    /// when it ended by itself.
    public var schema: ResponseSchema?
    /// Whether generation goes on to `maximumTokens` past the model's end tokens; for comparing and measuring.
    public var ignoresEndTokens = false
    /// Whether special tokens other than the end token stay in the text; the docling models' tags are such tokens.
    public var keepsSpecialTokens = false
    /// Whether the characters under each patch of the images are named, too; only where the checkpoint declares a
    /// `glyph_head`.
    public var namesGlyphs = false
    /// Whether the checkpoint's CTC head has a say in the answer (joint CTC/attention decoding).
    ///
    /// For answers that are the line of text in the prompt's one image; only where the checkpoint declares a `ctc_head`. Streamed
    /// text, sampled text, and text under a schema or with stop strings is the decoder's alone.
    public var decodesJointly = false

    /// Creates a request.
    ///
    /// - Parameter parts: The items of the prompt.
    public init(parts: [Part]) {
        self.parts = parts
    }

    /// Whether nothing but the model's likeliest tokens decides the answer.
    var isGreedy: Bool { temperature == 0 && schema == nil && stopStrings.isEmpty }
}

/// Why generation ended.
public enum StopReason: String, Sendable, Codable {
    /// The model said so.
    case endOfSequence = "end_of_sequence"
    /// One of the request's stop strings appeared.
    case stopString = "stop_string"
    /// The token limit was reached.
    case maximumTokens = "max_tokens"
    /// The text began to repeat itself.
    case loop
}

/// What a model answered.
public struct Generation: Sendable {
    /// The text; special tokens are left out unless the request keeps them.
    public var text: String
    /// Ids of the generated tokens, the final end token included.
    public var tokenIDs: [Int]
    /// Natural logarithm of each generated token's probability under the unmodified distribution; under a schema, among the
    /// tokens that it allowed, so 0 for those that could only follow.
    public var logProbabilities: [Float]
    /// Why it ended.
    public var stopReason: StopReason
    /// Number of tokens of the expanded prompt.
    public var promptTokenCount: Int
    /// How many of them were read once together with those of other requests of the same call.
    public var reusedPromptTokenCount = 0
    /// How many tokens of the answer could only follow and cost no step of their own.
    public var forcedTokenCount = 0
    /// The characters under the patches of each image in order, view by view; nil when they were not asked for.
    public var glyphs: [[GlyphGrid]]?

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - tokenIDs: Ids of the generated tokens.
    ///   - logProbabilities: Natural logarithm of each token's probability.
    ///   - stopReason: Why it ended.
    ///   - promptTokenCount: Number of tokens of the expanded prompt.
    public init(
        text: String,
        tokenIDs: [Int],
        logProbabilities: [Float],
        stopReason: StopReason,
        promptTokenCount: Int
    ) {
        self.text = text
        self.tokenIDs = tokenIDs
        self.logProbabilities = logProbabilities
        self.stopReason = stopReason
        self.promptTokenCount = promptTokenCount
    }
}

/// Something that answers questions about images; `InferenceEngine` is the real one, tests use doubles.
public protocol VisionLanguageModel: Sendable {
    /// What the checkpoint says of itself.
    var description: ModelDescription { get }

    /// Answers several requests; each answer is the same as if it had been asked alone.
    ///
    /// - Parameter requests: The questions.
    /// - Returns: One answer for each request, in order.
    /// - Throws: `VLMError`, or `CancellationError` when the task was cancelled.
    func generate(_ requests: [GenerationRequest]) async throws -> [Generation]
}
