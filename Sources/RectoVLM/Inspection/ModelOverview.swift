public import Foundation
import RectoPages

/// What a checkpoint is, told from its configuration and the headers of its weights alone.
///
/// Its JSON keys are stable: programs read them.
public struct ModelOverview: Sendable, Codable {
    /// Parameters of the parts of a network.
    public struct Parameters: Sendable, Codable, Hashable {
        /// All that the network uses.
        public var total = 0
        /// The vision tower.
        public var visionTower = 0
        /// What leads from the tower to the decoder.
        public var connector = 0
        /// The decoder with embeddings and head.
        public var decoder = 0
        /// The head that names the characters under patches.
        public var glyphHead = 0
        /// The head that spells lines.
        public var ctcHead = 0

        enum CodingKeys: String, CodingKey {
            case total, connector, decoder
            case visionTower = "vision_tower"
            case glyphHead = "glyph_head"
            case ctcHead = "ctc_head"
        }
    }

    /// What an image costs in a prompt.
    public struct ImageCost: Sendable, Codable, Hashable {
        /// Views that the vision tower sees.
        public var views: Int
        /// Places in the prompt that image features take.
        public var imageTokens: Int
        /// Tokens of the whole expansion: those places, and what marks them.
        public var promptTokens: Int

        /// Counts what an image costs.
        ///
        /// - Parameters:
        ///   - views: Views that the vision tower sees.
        ///   - imageTokens: Places in the prompt that image features take.
        ///   - promptTokens: Tokens of the whole expansion.
        package init(views: Int, imageTokens: Int, promptTokens: Int) {
            self.views = views
            self.imageTokens = imageTokens
            self.promptTokens = promptTokens
        }

        enum CodingKeys: String, CodingKey {
            case views
            case imageTokens = "image_tokens"
            case promptTokens = "prompt_tokens"
        }
    }

    /// What an A4 page costs.
    public struct PageCost: Sendable, Codable, Hashable {
        /// Width and height of the page in pixels, at 150 dpi.
        public var pixels: [Int]
        /// The page in one view; nil for checkpoints that read tiles of lines alone.
        public var whole: ImageCost?
        /// The page split as the family splits images; nil for families and checkpoints that do not.
        public var split: ImageCost?
        /// One tile of a line, of the greatest width, for checkpoints that read these; a page has as many as its text takes.
        public var lineTile: ImageCost?

        enum CodingKeys: String, CodingKey {
            case pixels, whole, split
            case lineTile = "line_tile"
        }
    }

    /// The checkpoint's name for itself, else that of its folder or file.
    public var name: String
    /// Where it lies.
    public var path: String
    /// `safetensors` or `gguf`.
    public var format: String
    /// `model_type`.
    public var family: String
    /// Type of most of the weights on disk.
    public var weights: String
    /// The licence, as the folder says it; nil where it does not.
    public var license: String?
    /// Parameters by part.
    public var parameters: Parameters
    /// Most tokens of a sequence.
    public var contextLength: Int
    /// Tokens that the decoder tells apart.
    public var vocabularySize: Int
    /// What an A4 page costs; nil for text models.
    public var page: PageCost?
    /// Memory that is needed to run, by how weights are kept; `default` is without `--weights`.
    public var memoryBytes: [String: Int]
    /// Memory that could be had when this was written.
    public var availableMemoryBytes: Int
    /// What is not as in most checkpoints, in sentences.
    public var unusual: [String]
    /// SHA-256 over the files that decide the output, as records name it; nil unless it was asked for.
    public var digest: String?

    enum CodingKeys: String, CodingKey {
        case name, path, format, family, weights, license, parameters, unusual, digest
        case contextLength = "context_length"
        case vocabularySize = "vocabulary_size"
        case page = "a4_page"
        case memoryBytes = "memory_bytes"
        case availableMemoryBytes = "available_memory_bytes"
    }

    /// Looks at a checkpoint; none of its weights is read.
    ///
    /// - Parameters:
    ///   - checkpoint: A folder in the Hugging Face layout, or a GGUF file.
    ///   - visionTower: The GGUF file of the vision tower (`mmproj`), where it is named.
    ///   - adapters: PEFT adapters that would be merged into the weights.
    ///   - digests: Whether the digest is wanted, for which every byte is read.
    /// - Throws: `VLMError` or `ModelInputError` when the configuration, or the headers of the weights, are missing, damaged,
    ///   or ask for something that Recto does not do.
    public init(
        checkpoint: URL,
        visionTower: URL? = nil,
        adapters: [ModelAdapter] = [],
        digests: Bool = false
    ) throws {
        let plan = try ModelPlan(checkpoint: checkpoint, visionTower: visionTower)
        let survey = try SurveyedModel(plan, adapters: adapters)
        let text = survey.network.decoder.configuration
        name = plan.name
        path = plan.location.path(percentEncoded: false)
        format = plan.gguf == nil ? "safetensors" : "gguf"
        family = plan.modelType
        weights = plan.packed?.rawValue ?? survey.store.elementType
        license = try ModelLicense(plan)?.name
        parameters = survey.parameters
        contextLength = text.maximumPositions
        vocabularySize = text.vocabularySize
        memoryBytes = try Self.memory(plan, adapters)
        availableMemoryBytes = AvailableMemory.bytes
        unusual = survey.peculiarities(adapters)
        if let token = survey.network.imageTokenID {
            do {
                page = try PageCost(PromptBuilder(plan), imageToken: token, declaration: plan.declaration)
            } catch let error as any RectoError {
                unusual.append(error.description)
            }
        }
        if digests {
            digest = try adapters.digest(with: plan.digest(weights: survey.store.fileNames)).hexadecimal
        }
    }

    /// What loading would ask for, for each way of keeping weights.
    private static func memory(_ plan: ModelPlan, _ adapters: [ModelAdapter]) throws -> [String: Int] {
        let types = plan.packed.map { [$0] } ?? WeightType.allCases
        var bytes: [String: Int] = [:]
        for type in types {
            let store = try plan.store(weights: type, adapters: adapters)
            bytes[type.rawValue] = ModelFolder.neededBytes(store)
        }
        bytes["default"] = ModelFolder.neededBytes(try plan.store(weights: nil, adapters: adapters))
        return bytes
    }
}

extension ModelOverview.PageCost {
    /// A4 at 150 dpi.
    private static let a4 = (width: 1240, height: 1754)

    /// Counts what the checkpoint's own image processor and prompt make of a page.
    fileprivate init(_ prompts: PromptBuilder, imageToken: Int, declaration: ReaderDeclaration?) throws {
        let (width, height) = Self.a4
        pixels = [width, height]
        func cost(_ width: Int, _ height: Int, splits: Bool) throws -> ModelOverview.ImageCost {
            let image = PixelImage(
                width: width,
                height: height,
                pixels: [UInt8](repeating: 255, count: width * height * 3)
            )
            func ids(_ splits: Bool) throws -> [Int] {
                var request = GenerationRequest(parts: [.image(image)])
                request.template = .raw
                request.splitsImages = splits
                return try prompts.tokenIDs(of: request)
            }
            let (one, all) = (try ids(false), try ids(splits))
            let perView = one.count { $0 == imageToken }
            let tokens = all.count { $0 == imageToken }
            // What stands before and behind every prompt is not the image's.
            let around = prompts.tokenizer.encode("").count
            return .init(
                views: perView > 0 ? tokens / perView : 0,
                imageTokens: tokens,
                promptTokens: all.count - around
            )
        }
        if let splitting = declaration?.splitting, splitting.strategy == .lines {
            lineTile = try cost(splitting.tileWidth.last ?? width, splitting.tileHeight, splits: false)
        } else {
            whole = try cost(width, height, splits: false)
            // Families that give every image in one view refuse to split one.
            split = try? cost(width, height, splits: true)
        }
    }
}
