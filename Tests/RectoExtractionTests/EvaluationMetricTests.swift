import RectoExtraction
import RectoSchema
import Testing

/// Every metric against numbers worked out by hand.
struct EvaluationMetricTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("abc", "abc", 0),
        // One character each, however it is composed.
        ("Café", "Cafe\u{301}", 0), ("Café", "Cafe", 1), ("🇩🇪1", "🇫🇷1", 1), ("北京", "南京", 1),
    ])
    func distanceCountsCharacters(_ left: String, _ right: String, edits: Int) {
        #expect(TextDistance.edits(left, right) == edits)
        #expect(TextDistance.edits(right, left) == edits)
    }

    /// The band is widened from 16; these distances lie below, at and above its widths.
    @Test(arguments: [1, 15, 16, 17, 33, 100, 200])
    func distanceOfLongTextsIsThatOfThePlainTable(_ edits: Int) {
        let left = (0..<200).map { String($0 % 7) }.joined()
        let replaced = String(left.enumerated().map { $0.offset < edits ? "x" : $0.element })
        let shortened = String(left.dropFirst(edits)) + "yz"
        for right in [replaced, shortened] {
            #expect(TextDistance.edits(left, right) == Self.plainDistance(left, right))
        }
        #expect(TextDistance.edits(left, replaced) == edits)
    }

    private static func plainDistance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var next = [i + 1]
            for (j, b) in right.enumerated() {
                next.append(min(row[j] + (a == b ? 0 : 1), row[j + 1] + 1, next[j] + 1))
            }
            row = next
        }
        return row[right.count]
    }

    /// "HL-20417": 8 characters; one wrong is 1/8, four wrong are exactly one half, which is worth nothing.
    @Test(arguments: [
        ("HL-20417", "HL-20417", 1.0), ("HL-20417", "HL-20411", 0.875), ("HL-20417", "hl-20417 ", 1.0),
        ("HL-20417", "HL-20xyz", 0.625), ("HL-20417", "HL-2wxyz", 0.0), ("HL-20417", "", 0.0), ("", "", 1.0),
        ("Größe", "Grösse", 2.0 / 3),
    ])
    func likenessIsOneLessTheShareToEditAndNothingFromOneHalf(_ expected: String, _ found: String, score: Double) {
        #expect(abs(AnswerLikeness.score(expected: .string(expected), found: .string(found)) - score) < 1e-12)
    }

    @Test func likenessOfAbsentValuesIsAllOrNothing() {
        #expect(AnswerLikeness.score(expected: nil, found: .null) == 1)
        #expect(AnswerLikeness.score(expected: .null, found: "x") == 0)
        #expect(AnswerLikeness.score(expected: "x", found: nil) == 0)
        #expect(AnswerLikeness.score(expected: 1234, found: 1239) == 0.75)
    }

    @Test func exactIsTheSameJSONValue() throws {
        let (padded, plain) = (try #require(JSONNumber("1.50")), try #require(JSONNumber("1.5")))
        #expect(ValueAgreement.isExact(expected: .number(padded), found: .number(plain)))
        #expect(!ValueAgreement.isExact(expected: "1.50", found: "1.5"))
        #expect(!ValueAgreement.isExact(expected: .number(plain), found: "1.5"))
        #expect(!ValueAgreement.isExact(expected: "é", found: "e\u{301}"), "strings are equal by code points")
        #expect(ValueAgreement.isExact(expected: nil, found: .null))
        #expect(!ValueAgreement.isExact(expected: nil, found: ""))
    }

    @Test(arguments: [
        ("1,234.50 €", "1234.50", ValueKind.amount, true), ("1234.50", "1234.05", .amount, false),
        ("14 March 2025", "2025-03-14", .date, true), ("14 March 2025", "15 March 2025", .date, false),
        ("30 days net", "30 Days  Net", .text, true), ("é", "e\u{301}", .text, true), ("Müller", "Muller", .text, true),
        // An identifier is no amount: its zeros count.
        ("004512", "4512", .text, false), ("004512", "4512", .amount, true),
    ])
    func normalizedIsTheSameMeaning(_ expected: String, _ found: String, kind: ValueKind, isSame: Bool) {
        let agrees = ValueAgreement.isNormalized(expected: .string(expected), found: .string(found), kind: kind)
        #expect(agrees == isSame)
    }

    @Test func aNumberAgreesWithItsPrintedText() {
        #expect(ValueAgreement.isNormalized(expected: 1234, found: "1,234.00", kind: .amount))
        #expect(!ValueAgreement.isNormalized(expected: 1234, found: .null, kind: .amount))
        #expect(!ValueAgreement.isNormalized(expected: 1, found: true, kind: .text))
    }

    @Test func characterErrorsCountWhiteSpaceOnce() {
        let errors = CharacterErrors(expected: "Total  520.20\nGBP ", found: "Total 52O.20 GB")
        #expect(errors.characters == 16)
        #expect(errors.edits == 2)
        #expect(errors.rate == 0.125)
        #expect(CharacterErrors(expected: " ", found: "").rate == nil)
        #expect(CharacterErrors(expected: "ab", found: "abcdef").rate == 2)
    }

    @Test func charactersOfAllTextsWeighTheSame() {
        var errors = CharacterErrors(expected: "abcdefghi", found: "abcdefghi")
        errors.add(CharacterErrors(expected: "x", found: "y"))
        #expect(errors.rate == 0.1)
    }

    /// Bins: 0.05 wrong; 0.92 and 0.98 right, 0.95 wrong; 1.0 right: (|0 − 0.05| + |3 − 3.85|) / 5 = 0.18.
    @Test func calibrationErrorIsTheMeanGapOfTheBins() throws {
        let table = ReliabilityTable(answers: [
            (0.05, false), (0.92, true), (0.95, false), (0.98, true), (1.0, true),
        ])
        #expect(table.count == 5)
        #expect(table.bins.map(\.count) == [1, 0, 0, 0, 0, 0, 0, 0, 0, 4])
        #expect(table.bins[9].right == 3)
        #expect(abs(try #require(table.bins[9].meanConfidence) - 0.9625) < 1e-12)
        #expect(table.bins[9].rightShare == 0.75)
        #expect(abs(try #require(table.expectedCalibrationError) - 0.18) < 1e-12)
    }

    @Test func aTenthBelongsToTheBinThatItBegins() {
        let table = ReliabilityTable(answers: (0...10).map { (Double($0) / 10, true) })
        #expect(table.bins.map(\.count) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
    }

    @Test func nothingMeasuredIsNoNumber() {
        #expect(ReliabilityTable(answers: []).expectedCalibrationError == nil)
        #expect(ReliabilityTable(answers: []).bins.allSatisfy { $0.meanConfidence == nil && $0.rightShare == nil })
        let score = FieldScore([])
        #expect(score.exactShare == nil)
        #expect(score.anls == nil)
        #expect(score.groundingRate == nil)
        let report = EvaluationReport(documents: [], model: nil).json()
        #expect(report.value(at: JSONPointer(["overall", "exact_rate"])) == .null)
        #expect(report.value(at: JSONPointer(["documents", "success_rate"])) == .null)
        #expect(report.value(at: JSONPointer(["transcription"])) == .null)
    }
}
