public import ArgumentParser
import Foundation
public import RectoPages
import RectoReader
public import RectoVLM

/// Which checkpoint to use and on how many cores.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: "A Hugging Face checkpoint folder, a GGUF file or a folder with one; else the shipped reader."
    )
    var folder: String?

    @Option(help: "The GGUF file of the model's vision tower; else the only mmproj*.gguf beside --model.")
    var mmproj: String?

    @Option(help: "Threads for matrix products; else one for each core.")
    var threads: Int?

    @Option(help: "How weights are kept: float32, bfloat16, q8_0, q4_1, q4_0; else as they were quantised, or float32.")
    var weights: WeightType?

    @Option(
        name: .customLong("adapter"),
        parsing: .singleValue,
        help: "A PEFT adapter's folder, or FOLDER=WEIGHT to merge a part of it; repeat for several."
    )
    var adapters: [ModelAdapter] = []

    /// The checkpoint's folder.
    var url: URL { folder.map { URL(filePath: $0) } ?? ShippedReader.folder }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    }

    /// Loads the checkpoint.
    func load() throws -> InferenceEngine {
        if let mmproj { try ModelPlace.checkTower(mmproj) }
        return try engine()
    }

    private func engine() throws -> InferenceEngine {
        try InferenceEngine(
            folder: url,
            visionTower: mmproj.map { URL(filePath: $0) },
            threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            weights: weights,
            adapters: adapters
        )
    }
}

/// Images and text of one question, as `generate` and `trace` take them.
struct PromptOptions: ParsableArguments {
    @Option(name: .customLong("image"), parsing: .singleValue, help: "A PNG file; repeat for several.")
    var images: [String] = []

    @Option(help: "The text; each `<image>` in it stands for the next --image, else images come first.")
    var prompt: String

    @Flag(help: "Take the prompt as it stands instead of applying the chat template.")
    var raw = false

    @Option(
        help: """
            How images are given: none (whole), idefics2 (split as the model's family splits: four crops, or for Idefics3 \
            and SmolVLM square tiles, and the whole; LLaVA does not) or adaptive; else, and with adaptive, as the model says.
            """
    )
    var split: SplitStrategy?

    func validate() throws {
        if split == .lines {
            throw ValidationError("--split must be none, idefics2 or adaptive; lines cuts pages, not prompts.")
        }
        let marks = prompt.components(separatedBy: Self.mark).count - 1
        if marks != 0 && marks != images.count {
            throw ValidationError("The prompt has \(marks) <image> marks for \(images.count) --image options.")
        }
    }

    private static let mark = "<image>"

    /// Reads the images and assembles the question.
    func request() async throws -> GenerationRequest {
        let rasterizer = try SandboxedRasterizer(executable: RasterizerExecutable.locate())
        var pictures: [GenerationRequest.Part] = []
        for path in images {
            let file = URL(filePath: path)
            guard FileManager.default.fileExists(atPath: file.path) else { throw UsageError.noSuchFile(path) }
            pictures.append(.image(try await rasterizer.rasterize(PageNumber(1), of: file, dpi: 72).image))
        }
        var parts: [GenerationRequest.Part] = []
        let texts = prompt.components(separatedBy: Self.mark)
        if texts.count == 1 {
            parts = pictures + [.text(prompt)]
        } else {
            for (index, text) in texts.enumerated() {
                if !text.isEmpty { parts.append(.text(text)) }
                if index < pictures.count { parts.append(pictures[index]) }
            }
        }
        var request = GenerationRequest(parts: parts)
        request.template = raw ? .raw : .chat
        request.splitsImages = split == .adaptive ? nil : split.map { $0 == .idefics2 }
        return request
    }
}

extension SplitStrategy: ExpressibleByArgument {}
extension WeightType: ExpressibleByArgument {}

extension ModelAdapter: ExpressibleByArgument {
    /// Reads `FOLDER` or `FOLDER=WEIGHT`.
    ///
    /// - Parameter argument: The text.
    public init?(argument: String) { self.init(argument) }
}
