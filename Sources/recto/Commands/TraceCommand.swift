import ArgumentParser
import Foundation
import RectoVLM

/// `recto trace`: what the engine computes on the way, for comparing with other implementations.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Writes pixel values, vision outputs, image features and logits of one prompt as safetensors.",
        discussion: """
            Tensors: pixel_values.N (3, h, w) and vision_output.N (patches, hidden), one per view and without padding;
            image_features.N (tokens, hidden); logits (positions, vocabulary); input_ids (positions), int64.

            Example:
              recto trace --model models/idefics2-8b --image page.png --prompt "What is the total?" --output trace.safetensors
            """
    )

    @OptionGroup var model: ModelOptions
    @OptionGroup var question: PromptOptions

    @Option(help: "The file to write.")
    var output: String

    func run() async throws {
        let request = try await question.request()
        let trace = try await model.load().trace(request)
        do {
            try trace.write(to: URL(filePath: output))
        } catch {
            throw UsageError.notWritable(output, reason: "\(error)")
        }
    }
}
