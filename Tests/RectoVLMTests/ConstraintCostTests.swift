import Foundation
import RectoSchema
import RectoVLM
import Testing

/// What a schema costs the real 135M language model for each token; runs where `RECTO_SMOLLM2` names its folder, and prints.
struct ConstraintCostTests {
    private static let folder = ProcessInfo.processInfo.environment["RECTO_SMOLLM2"]
    private static let rounds = 9
    private static let tokens = 64

    @Test(.enabled(if: folder != nil))
    func ofAStepWithAndWithoutASchema() async throws {
        let engine = try InferenceEngine(folder: URL(filePath: try #require(Self.folder)), threads: 2)
        // Strings that can't end before the last step: one choice among nearly all tokens at each.
        let text: JSONValue = ["type": "string", "minLength": 900]
        let alternatives: JSONValue = [
            "anyOf": .array(
                (0..<30).map { index in
                    let text: JSONValue = ["type": "string", "minLength": .integer(900 + index)]
                    return ["type": "object", "required": ["a"], "properties": ["a": text]]
                }
            )
        ]
        for (name, source) in [("a string", text), ("30 alternatives", alternatives)] {
            let schema = try ResponseSchema(JSONSchema(source: source))
            var (free, held) = ([Double](), [Double]())
            // The first round warms caches and counts for nothing.
            for round in 0...Self.rounds {
                let (without, with) = (try await Self.time(engine, nil), try await Self.time(engine, schema))
                if round > 0 {
                    free.append(without)
                    held.append(with)
                }
            }
            let (without, with) = (free.sorted()[Self.rounds / 2], held.sorted()[Self.rounds / 2])
            let ratios = zip(held, free).map { $0 / $1 }.sorted()
            let numbers = [
                without * 1000, with * 1000, (with / without - 1) * 100, (ratios[Self.rounds / 2] - 1) * 100,
            ]
            .map { String(format: "%.2f", $0) }
            print(
                "\(name): \(numbers[0]) ms a step without, \(numbers[1]) ms with a schema, \(numbers[2]) % more "
                    + "(medians of \(Self.rounds)); median of the pairs \(numbers[3]) % more"
            )
            #expect(with > 0 && without > 0)
        }
    }

    /// Seconds of a step; the prompt is read before, in the same time with and without a schema.
    private static func time(_ engine: InferenceEngine, _ schema: ResponseSchema?) async throws -> Double {
        var request = GenerationRequest(parts: [.text("The harbour")])
        request.template = .raw
        request.ignoresEndTokens = true
        request.schema = schema
        var seconds: [Double] = []
        for count in [8, 8 + tokens] {
            request.maximumTokens = count
            let clock = ContinuousClock()
            let start = clock.now
            let answer = try await engine.generate([request])[0]
            seconds.append((clock.now - start) / .seconds(1))
            #expect(answer.tokenIDs.count == count)
        }
        return (seconds[1] - seconds[0]) / Double(tokens)
    }
}
