import ArgumentParser
import Foundation
import RectoExtraction
import RectoSchema
import RectoVLM

/// `recto generate`: one prompt, one answer.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Generates from one prompt.",
        discussion: """
            With --schema, exit status 0 means that the answer satisfies the schema and is whole. One that was cut
            (--max-tokens, --stop) or repeats itself is printed as far as it went, and the exit status is 1.

            Example:
              recto generate --image line.png --prompt "Transcribe." --json
              recto generate --model DIR --image page.png --prompt "Read the invoice." --schema invoice.schema.json
            """
    )

    @OptionGroup var model: ModelOptions
    @OptionGroup var question: PromptOptions

    @Option(help: "Most tokens to generate.")
    var maxTokens = 256

    @Option(help: "0 is greedy; higher values sample more widely.")
    var temperature: Float = 0

    @Option(help: "Keep the smallest set of tokens whose probability reaches this.")
    var topP: Float = 1

    @Option(help: "Keep this many of the most probable tokens; 0 keeps all.")
    var topK = 0

    @Option(help: "Seed of the sampler.")
    var seed: UInt64 = 0

    @Option(name: .customLong("stop"), parsing: .singleValue, help: "End before this text; repeat for several.")
    var stopStrings: [String] = []

    @Option(help: "A JSON Schema file that the answer must satisfy; it is written as compact JSON.")
    var schema: String?

    @Flag(help: "Print text, token ids, stop reason, prompt tokens and timing as JSON.")
    var json = false

    func validate() throws {
        if maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1.") }
        if temperature < 0 { throw ValidationError("--temperature must not be negative.") }
        if !(topP > 0 && topP <= 1) { throw ValidationError("--top-p must be above 0 and at most 1.") }
        if topK < 0 { throw ValidationError("--top-k must not be negative.") }
    }

    func run() async throws {
        var request = try await question.request()
        request.maximumTokens = maxTokens
        request.temperature = temperature
        request.topP = topP
        request.topK = topK
        request.seed = seed
        request.stopStrings = stopStrings
        let schema = try schema.map { try SchemaFile(path: $0).responseSchema() }
        request.schema = schema
        let clock = ContinuousClock()
        let start = clock.now
        let engine = try model.load()
        let loaded = clock.now
        let answer: Generation
        if json {
            answer = try await engine.generate([request])[0]
            StandardStreams.result(report(answer, load: loaded - start, generate: clock.now - loaded))
        } else {
            answer = try await engine.generate(request) { StandardStreams.piece($0) }
            StandardStreams.piece("\n")
        }
        if let schema { try check(answer, schema) }
    }

    /// What was cut is no answer, even where its beginning happens to satisfy the schema, as that of a number does.
    private func check(_ answer: Generation, _ schema: ResponseSchema) throws {
        let state = schema.automaton.start.advance(answer.text.utf8)
        let isComplete = state?.isComplete ?? false
        let hasEnded = answer.stopReason == .endOfSequence || answer.stopReason == .stopString
        if isComplete, hasEnded || state?.nextBytes.isEmpty ?? false { return }
        let cause =
            switch answer.stopReason {
            case .maximumTokens: "is cut after \(answer.tokenIDs.count) tokens"
            case .stopString: "is cut at the text of --stop"
            case .loop: "only repeats itself"
            case .endOfSequence: "has ended too early"
            }
        let result = isComplete ? "it satisfies the schema, but could have gone on" : "it does not satisfy the schema"
        let advice =
            switch answer.stopReason {
            case .maximumTokens: "; raise --max-tokens"
            case .stopString: "; remove that --stop"
            case .loop: "; bound the schema's strings and arrays"
            case .endOfSequence: ""
            }
        StandardStreams.error("recto: the answer \(cause), \(result)\(advice)")
        throw ExitStatus.incomplete.exitCode
    }

    private func report(_ answer: Generation, load: Duration, generate: Duration) -> String {
        JSONWriter().string([
            "text": .string(answer.text),
            "token_ids": .array(answer.tokenIDs.map { .integer($0) }),
            "stop_reason": .string(answer.stopReason.rawValue),
            "prompt_tokens": .integer(answer.promptTokenCount),
            "timing": [
                "load_milliseconds": .decimal(load / .milliseconds(1), decimals: 1),
                "generate_milliseconds": .decimal(generate / .milliseconds(1), decimals: 1),
                "forced_tokens": .integer(answer.forcedTokenCount),
            ],
        ])
    }
}
