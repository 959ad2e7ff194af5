import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Testing

/// What becomes of a field that several pages answer.
@Suite struct MergingTests {
    private let source = #"""
        {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "title": "Total"}}}
        """#

    private func result(
        _ totals: [String],
        _ policy: MergePolicy,
        declares: Bool = true,
        answer: @escaping ModelDouble.Answer = carefulAnswer
    ) async throws -> ExtractionResult {
        let pages = totals.enumerated().map { PageDouble([["Total", $1]], number: $0 + 1) }
        let model = try ModelDouble(pages, declares: declares, answer: answer)
        let extractor = try FieldExtractor(schema: schema(source), merge: policy)
        return try await extractor.extract(from: pages.map(\.page), model: model)
    }

    @Test func theBestSupportedValueWinsAndTheOtherIsTold() async throws {
        let result = try await result(["120.00", "100.00", "100.00"], .best)
        #expect(result.fields["total"]?.numberValue?.text == "100.00")
        #expect(result.errors.isEmpty)
        let conflict = try #require(result.conflicts.first)
        #expect(result.conflicts.count == 1)
        #expect(conflict.pointer.description == "/total")
        #expect(conflict.candidates.map(\.answer.text) == ["100.00", "120.00"])
        #expect(conflict.candidates.map(\.isChosen) == [true, false])
        #expect(conflict.candidates.map(\.answer.page.value) == [2, 1])
    }

    @Test func theFirstPageThatAnswersWins() async throws {
        let result = try await result(["120.00", "100.00", "100.00"], .first)
        #expect(result.fields["total"]?.numberValue?.text == "120.00")
        #expect(result.answers.map(\.page.value) == [1])
        #expect(result.conflicts.first?.candidates.map(\.answer.text) == ["120.00", "100.00"])
    }

    @Test func whereAllMustAgreeADifferenceIsAnErrorAndNoValue() async throws {
        let result = try await result(["120.00", "100.00"], .mustAgree)
        #expect(result.fields["total"] == nil)
        let error = ExtractionError.contradictingAnswers(
            pointer: "/total",
            values: ["120.00", "100.00"],
            pages: [1, 2]
        )
        #expect(result.errors == [error])
        #expect(error.description.contains(#""120.00" on page 1 and "100.00" on page 2"#))
        #expect(result.conflicts.first?.candidates.map(\.isChosen) == [false, false])
    }

    @Test(arguments: MergePolicy.allCases, [1, 2])
    func whatStandsBesideALabelIsADifferenceThoughTheModelDidNotAnswerWithIt(policy: MergePolicy, from: Int)
        async throws
    {
        let totals = ["120.00", "100.00"]
        let silent = Set(totals[(from - 1)...])
        let result = try await result(totals, policy) { question, texts in
            texts.contains(where: silent.contains) ? ("", -0.01) : carefulAnswer(question, texts)
        }
        #expect(result.errors.map(\.code) == (policy == .mustAgree ? ["extraction.contradicting-answers"] : []))
        #expect(result.fields["total"]?.numberValue?.text == (policy == .mustAgree ? nil : "120.00"))
        #expect(result.conflicts.first?.candidates.count == 2)
        if from == 1, policy == .best { #expect(result.answers.first?.agreement?.rivalScore ?? 0 > 0.9) }
    }

    @Test(arguments: MergePolicy.allCases)
    func aConvincingAnswerThatIsNoValueIsToldBesideTheValue(policy: MergePolicy) async throws {
        let result = try await result(["12,3,4", "100.00"], policy)
        let conflict = try #require(result.conflicts.first)
        #expect(conflict.candidates.map(\.answer.text) == ["100.00", "12,3,4"])
        #expect(conflict.candidates[1].value == .null)
        #expect(conflict.candidates[1].answer.page.value == 1)
        #expect(conflict.candidates.map(\.isChosen) == [policy != .mustAgree, false])
        #expect(result.fields["total"]?.numberValue?.text == (policy == .mustAgree ? nil : "100.00"))
        #expect(result.errors.map(\.code) == (policy == .mustAgree ? ["extraction.value-invalid"] : []))
    }

    @Test(arguments: MergePolicy.allCases)
    func theSameValueInAnotherNotationIsNoConflict(policy: MergePolicy) async throws {
        let result = try await result(["1,234.50", "1234.50 €"], policy)
        #expect(result.fields["total"]?.numberValue?.doubleValue == 1234.5)
        #expect(result.conflicts.isEmpty)
        #expect(result.errors.isEmpty)
    }

    @Test(arguments: MergePolicy.allCases)
    func aGuessContradictsNobody(policy: MergePolicy) async throws {
        let result = try await result(["100.00", "7.00"], policy, declares: false) { _, texts in
            (texts.last.map { "\"\($0)\"" } ?? "null", texts.last == "7.00" ? -1.2 : -0.1)
        }
        #expect(result.fields["total"]?.numberValue?.text == "100.00")
        #expect(result.conflicts.isEmpty)
    }

    @Test func conflictsAreGroundedLikeFields() async throws {
        let result = try await result(["120.00", "100.00"], .best)
        let word = TextLayerWord(text: "100.00", box: Box(x0: 100, y0: 0, x1: 140, y1: 12))
        let conflicts = Grounder().conflicts(of: result, textLayer: [PageNumber(2): [word]])
        let candidates = try #require(conflicts.first).candidates
        #expect(candidates.map { $0.grounding.evidence.map(\.match) } == [[.vision], [.exact]])
        #expect(candidates.map { $0.grounding.evidence.map(\.page.value) } == [[1], [2]])
        // The fit says how much a contradiction takes; neither is sure, and neither out of the question.
        #expect(candidates.allSatisfy { (0.1...0.8).contains($0.grounding.confidence ?? 0) })
    }

    @Test func aContradictionTakesFromTheConfidence() async throws {
        let result = try await result(["120.00", "100.00"], .best)
        let alone = Grounder().ground(result, textLayer: [:])
        let lowered = Grounder().lowered(alone, by: Grounder().conflicts(of: result, textLayer: [:]))
        let undisputed = Grounder().ground(try await self.result(["120.00"], .best), textLayer: [:])
        #expect(try #require(undisputed.first?.confidence) > 0.8)
        #expect(try #require(alone.first?.confidence) < 0.6, "the other page's value is one of the signals")
        #expect(try #require(lowered.first?.confidence) <= 0.51)
        #expect(Grounder().lowered(alone, by: []) == alone)
    }

    @Test(
        arguments: [
            (MergePolicy.mustAgree, .first, "120.00"), (.mustAgree, .best, "100.00"), (.first, .best, "100.00"),
            (.best, .mustAgree, nil), (.first, .mustAgree, nil), (.best, .first, "120.00"),
        ] as [(MergePolicy, MergePolicy, String?)]
    )
    func theFieldsOwnPolicyGoesBeforeTheStages(stage: MergePolicy, own: MergePolicy, value: String?) async throws {
        let pages = ["120.00", "100.00", "100.00"].enumerated().map {
            PageDouble([["Total", $1], ["Tax", $1]], number: $0 + 1)
        }
        let text = #"""
            {"type":"object","properties":{"total":{"type":"number","title":"Total","x-recto":{"merge":"\#(own.rawValue)"}},
             "tax":{"type":"number","title":"Tax"}}}
            """#
        let extractor = try FieldExtractor(schema: schema(text), merge: stage)
        let result = try await extractor.extract(
            from: pages.map(\.page),
            model: ModelDouble(pages, answer: carefulAnswer)
        )
        #expect(result.fields["total"]?.numberValue?.text == value)
        #expect(result.conflicts.map(\.policy) == [own, stage])
        #expect(result.errors.isEmpty == (own != .mustAgree && stage != .mustAgree))
    }

    @Test(
        arguments: [
            (["100.00", "100.00", "100.00"], 2, false), (["100.00"], 0, false),
            (["100.00", "100.00", "120.00"], 1, true),
            (["100.00", "n/a"], 0, false),
        ] as [([String], Int, Bool)]
    )
    func anAnswerKnowsWhatTheOtherPagesSay(totals: [String], supporters: Int, hasRival: Bool) async throws {
        let answer = try #require(try await result(totals, .best).answers.first)
        let agreement = try #require(answer.agreement)
        #expect(agreement.supporters == supporters)
        #expect((agreement.rivalScore > 0.5) == hasRival && (agreement.rivalScore == 0) == !hasRival)
    }

    @Test func theSameTextReachedFromTwoLabelsIsOneWitness() async throws {
        // Both captions have the one amount beside or below them.
        let page = PageDouble([["Total"], ["Total", "100.00"]])
        let model = try ModelDouble([page]) { _, _ in ("100.00", -0.05) }
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(try #require(result.answers.first?.agreement).supporters == 0)
    }

    @Test func theSignalsOfAConfidenceHaveWhatOtherPagesSay() async throws {
        let result = try await result(["120.00", "100.00", "100.00"], .best)
        let signals = try #require(Grounder().ground(result, textLayer: [:]).first?.signals.first)
        #expect(signals.supporters == 1)
        let rival = try #require(result.conflicts.first?.candidates.first { !$0.isChosen })
        #expect(signals.rivalScore > 0.9 && abs(signals.rivalScore - rival.answer.score) < 1e-6)
    }

    @Test func whereAllMustAgreeWhatIsNoValueAgreesWithNone() async throws {
        let result = try await result(["100.00", "2,50.00"], .mustAgree)
        #expect(result.fields["total"] == nil)
        #expect(result.errors == [.valueInvalid(pointer: "/total", quote: "2,50.00", expected: "a number")])
        #expect(try await self.result(["100.00", "2,50.00"], .best).fields["total"]?.numberValue?.text == "100.00")
    }

    @Test(
        arguments: [
            (["03/04/2026"], nil), (["03/04/2026", "13/04/2026"], "2026-04-03"),
            (["03/04/2026", "04/13/2026"], "2026-03-04"),
            (["03/04/2026", "04/13/2026", "13/04/2026"], nil), (["03/03/2026"], "2026-03-03"),
            (["03.04.2026"], "2026-04-03"),
        ] as [([String], String?)]
    )
    func anAmbiguousDateIsDecidedByTheDocumentOrRefused(dates: [String], day: String?) async throws {
        let text = #"{"type":"object","properties":{"issued":{"type":"string","format":"date","title":"Issued"}}}"#
        let page = PageDouble([["Issued", dates[0]]] + dates.dropFirst().map { ["Delivered", $0] })
        let model = try ModelDouble([page], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.fields["issued"]?.stringValue == day)
        #expect(result.errors.isEmpty == (day != nil))
    }
}
