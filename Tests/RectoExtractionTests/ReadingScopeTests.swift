import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Synchronization
import Testing

/// How much of a document stands in one prompt, for checkpoints without prompts of their own.
@Suite struct ReadingScopeTests {
    private let first = PageDouble([["Contract", "of sale"], ["Seller", "Acme"]], number: 1)
    private let second = PageDouble([["Price", "120.00"], ["Signed", "Berlin"]], number: 2)
    private let source = #"""
        {"type": "object", "properties": {
          "seller": {"type": "string", "title": "Seller"}, "price": {"type": "number", "title": "Price"},
          "buyer": {"type": ["string", "null"], "title": "Buyer"}}}
        """#

    /// Answers a field when a tile with its value is in the prompt.
    private func model(_ values: [String: String] = ["Seller": "Acme", "Price": "120.00"]) throws -> ModelDouble {
        try ModelDouble([first, second], declares: false) { question, texts in
            let known = values.first { question.contains("What is the \($0.key)?") && texts.contains($0.value) }
            return (known.map { "\"\($0.value)\"" } ?? "null", -0.1)
        }
    }

    private func extract(_ scope: ReadingScope, model: ModelDouble) async throws -> ExtractionResult {
        let extractor = try FieldExtractor(schema: schema(source), scope: scope)
        return try await extractor.extract(from: [first.page, second.page], model: model)
    }

    @Test(arguments: ReadingScope.allCases)
    func everyScopeFindsTheValuesAndTheirTiles(scope: ReadingScope) async throws {
        let model = try model()
        let result = try await extract(scope, model: model)
        #expect(JSONWriter().string(.object(result.fields)) == #"{"seller":"Acme","price":120.00,"buyer":null}"#)
        #expect(result.answers.map(\.page.value) == [1, 2])
        #expect(result.errors.isEmpty)
        guard scope != .document else { return }
        #expect(result.answers.map(\.valueTile) == [3, 1])
        #expect(result.answers.map(\.box) == [first.pieces[3].box, second.pieces[1].box])
        let grounded = Grounder().ground(result, textLayer: [:])
        let located: EvidenceLocation = scope == .page ? .rereading : .tile
        #expect(grounded.map { $0.evidence.map(\.located) } == [[located], [located]])
    }

    @Test func aTileStandsAlone() async throws {
        let model = try model()
        _ = try await extract(.tile, model: model)
        let questions = model.questions.withLock { $0 }
        #expect(questions.count == 3 * 8)
        #expect(questions.allSatisfy { !$0.contains("\", \"") }, "one text in each prompt")
    }

    @Test func aPageIsReadAgainOnlyForWhatItAnswered() async throws {
        let model = try model()
        _ = try await extract(.page, model: model)
        // Three fields on two pages, and the four tiles of a page once for the field that it answers.
        let questions = model.questions.withLock { $0 }
        #expect(questions.count == 2 * 3 + 2 * 4)
    }

    @Test func aDocumentIsAskedAtOnceAndItsPagesOnlyUntilTheValueIsFound() async throws {
        let model = try model()
        _ = try await extract(.document, model: model)
        let questions = model.questions.withLock { $0 }
        #expect(questions.count == 3 + 2 + 1, "two fields on the first page, the one still missing on the second")
        #expect(questions.prefix(3).allSatisfy { $0.contains("Acme") && $0.contains("Berlin") })
    }

    @Test func whatOnlyTheWholeDocumentSaysHasNoPlace() async throws {
        let model = try ModelDouble([first, second], declares: false) { question, texts in
            question.contains("Seller") && texts.count == 8 ? (#""both pages""#, -0.1) : ("null", -0.1)
        }
        let result = try await extract(.document, model: model)
        #expect(result.fields["seller"] == "both pages")
        let grounded = Grounder().ground(result, textLayer: [:])
        #expect(
            grounded.first?.evidence == [Evidence(page: PageNumber(1), box: nil, quote: "both pages", match: .none)]
        )
    }

    @Test(arguments: [ReadingScope.document, .tile])
    func aReaderOfLinesRefusesAnotherScope(scope: ReadingScope) async throws {
        let model = try ModelDouble([first, second], answer: carefulAnswer)
        let error = try await #require(throws: ExtractionError.self) { try await extract(scope, model: model) }
        #expect(error.code == "extraction.incompatible-model")
        #expect(error.description.contains(scope.rawValue))
    }
}
