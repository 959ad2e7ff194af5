import Foundation
import RectoSchema
import RectoTestSupport
import RectoVLM
import Synchronization
import Testing

/// Answers that a schema holds, written by networks that know nothing.
struct ConstrainedGenerationTests {
    static let schemas = [
        #"{"type": "string", "maxLength": 6}"#,
        #"{"type": "integer", "minimum": -40, "maximum": 1200}"#,
        #"{"type": "number", "minimum": 0, "maximum": 99.5}"#,
        #"{"type": "number", "multipleOf": 0.25, "exclusiveMinimum": -3, "maximum": 3}"#,
        #"{"enum": ["paid", "open", null, 3, {"a": [1, "é"]}]}"#,
        #"{"type": ["boolean", "null"]}"#,
        #"{"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "minItems": 1, "maxItems": 4}"#,
        #"{"type": "array", "prefixItems": [{"type": "boolean"}, {"const": "x"}], "items": false, "minItems": 2}"#,
        #"{"type": "string", "format": "date"}"#,
        #"{"type": "string", "format": "ipv4"}"#,
        #"{"type": "string", "format": "uuid"}"#,
        #"{"type": "string", "pattern": "^[A-Z]{2}-[0-9]{1,4}$"}"#,
        #"{"type": "string", "pattern": "a.*b", "maxLength": 12}"#,
        #"{"type": "object", "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 12}, "s": {"type": "string", "maxLength": 5}}, "required": ["n"], "additionalProperties": false}"#,
        #"{"type": "object", "additionalProperties": {"type": "boolean"}}"#,
        #"{"anyOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": {"type": "null"}, "maxItems": 2}]}"#,
        #"{"oneOf": [{"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind"], "additionalProperties": false}, {"type": "object", "properties": {"kind": {"const": "b"}, "v": {"type": "null"}}, "required": ["kind", "v"], "additionalProperties": false}]}"#,
        ##"{"$ref": "#/$defs/list", "$defs": {"list": {"type": ["object", "null"], "properties": {"next": {"$ref": "#/$defs/list"}}, "required": ["next"], "additionalProperties": false}}}"##,
        #"{"allOf": [{"type": "string", "maxLength": 9}, {"minLength": 4}, {"pattern": "^[a-f]"}]}"#,
        #"{"type": "object", "properties": {"total": {"type": "number", "minimum": 0}, "currency": {"enum": ["EUR", "USD"]}, "date": {"type": ["string", "null"], "format": "date"}}, "required": ["total", "currency", "date"], "additionalProperties": false}"#,
    ]

    private func parse(_ text: String) throws -> JSONSchema { try JSONSchema(source: JSONParser().parse(text)) }

    private func request(_ schema: ResponseSchema, seed: Int, temperature: Float = 1.3) -> GenerationRequest {
        var request = GenerationRequest(parts: [.text("the inn")])
        request.template = .raw
        request.schema = schema
        request.temperature = temperature
        request.seed = UInt64(seed)
        request.maximumTokens = 220
        return request
    }

    /// A thousand in all: fifty for each schema.
    @Test(arguments: schemas)
    func whatARandomNetworkWritesSatisfiesTheSchema(_ text: String) async throws {
        var options = AutomatonOptions()
        options.maximumStringLength = 12
        options.maximumItems = 4
        options.maximumAdditionalProperties = 3
        options.maximumKeyLength = 4
        options.maximumDepth = 6
        let schema = try parse(text)
        let response = try ResponseSchema(schema, options: options)
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 2)
        let answers = try await engine.generate((0..<50).map { request(response, seed: $0) })
        for answer in answers {
            #expect(answer.stopReason == .endOfSequence, "\(answer.text)")
            let instance = try JSONParser().parse(answer.text)
            #expect(schema.validate(instance).isEmpty, "\(answer.text)")
            #expect(response.automaton.accepts(answer.text.utf8), "\(answer.text)")
            #expect(answer.logProbabilities.count == answer.tokenIDs.count)
            #expect(answer.logProbabilities.allSatisfy { $0 <= 1e-4 }, "no token is more than certain")
        }
    }

    @Test func forcedTokensCostNoStepAndChangeNothing() async throws {
        let text =
            #"{"type": "object", "properties": {"invoice_number": {"enum": ["A", "B"]}, "due_date": {"type": "null"}}, "required": ["invoice_number", "due_date"], "additionalProperties": false}"#
        let response = try ResponseSchema(parse(text))
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 2)
        let answer = try await engine.generate([request(response, seed: 1, temperature: 0)])[0]
        let instance = try JSONParser().parse(answer.text)
        #expect(["A", "B"].contains(instance.objectValue?["invoice_number"]?.stringValue))
        #expect(
            answer.forcedTokenCount >= answer.tokenIDs.count - 4,
            "\(answer.forcedTokenCount) of \(answer.tokenIDs.count)"
        )
        // What was forced is certain, and so is the text that comes out piece by piece.
        let pieces = Pieces()
        let streamed = try await engine.generate(request(response, seed: 1, temperature: 0)) { pieces.append($0) }
        #expect(pieces.text == streamed.text && streamed.text == answer.text)
    }

    @Test func requestsWithAndWithoutSchemasShareABatch() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 2)
        let response = try ResponseSchema(parse(Self.schemas[13]))
        var free = request(response, seed: 3)
        free.schema = nil
        let requests = [request(response, seed: 1), free, request(response, seed: 2)]
        let together = try await engine.generate(requests)
        for (request, answer) in zip(requests, together) {
            #expect(try await engine.generate([request])[0].tokenIDs == answer.tokenIDs)
        }
    }

    @Test(arguments: [1, 2, 7, 48])
    func repetitionIsFoundOnceItHasGoneOnLongEnough(period: Int) {
        var detector = LoopDetector()
        var generator = SeededRandom(seed: 5)
        let isFoundEarly = (0..<300).contains { _ in detector.append(Int(generator.next() % 500)) }
        #expect(!isFoundEarly, "random tokens repeat nothing")
        let found = (0..<1000).first { detector.append(1000 + $0 % period) }
        #expect(found == max(160, 4 * period) - 1)
    }

    @Test func longRunsThatEndAreNoLoop() {
        var detector = LoopDetector()
        let rule = Array(repeating: 7, count: 150)
        let tokens = rule + [1, 2, 3] + rule + [4, 5, 6] + rule
        let isFound = tokens.contains { detector.append($0) }
        #expect(!isFound)
    }

    @Test func whatRepeatsItselfEndsAsALoop() async throws {
        let folder = try TinyModel.write { configuration in
            var text = configuration["text_config"] as? [String: Any] ?? [:]
            text["max_position_embeddings"] = 4096
            configuration["text_config"] = text
        }
        let engine = try InferenceEngine(folder: folder.url, threads: 2)
        // Greedily, and with no way out of the string before its bound.
        var request = request(
            try ResponseSchema(parse(#"{"type": "string", "pattern": "^[ab]*$", "minLength": 900}"#)),
            seed: 0,
            temperature: 0
        )
        request.maximumTokens = 3000
        let answer = try await engine.generate([request])[0]
        #expect(answer.stopReason == .loop)
        #expect(answer.tokenIDs.count < 900, "\(answer.tokenIDs.count) tokens")
    }
}

/// Pieces of text in the order in which they came.
private final class Pieces: Sendable {
    private let pieces = Mutex("")
    var text: String { pieces.withLock { $0 } }
    func append(_ piece: String) { pieces.withLock { $0 += piece } }
}
