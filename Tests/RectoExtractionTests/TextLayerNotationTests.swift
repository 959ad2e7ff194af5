import RectoExtraction
import RectoPages
import RectoSchema
import Testing

@Suite struct TextLayerNotationTests {
    @Test(
        arguments: [
            ("Summe 1.234,50 € bar", "1234.50", "1.234,50"), ("Summe € 1.234,50 bar", "1234.5", "1.234,50"),
            ("Summe 1.234,50 € bar", "1,234.50 EUR", "1.234,50 €"), ("Total USD 1,234.50", "$1234.50", "1,234.50"),
            ("Total: 1'234.50", "1234.50", "1'234.50"), ("Total: CHF 1’234.50", "1234.50", "1’234.50"),
            ("Total 1\u{202F}234,50 €", "1,234.50", "1 234,50"),
            ("Total 1\u{2009}234\u{2009}567,89 €", "1234567.89", "1 234 567,89"),
            ("Balance (1,234.50) end", "-1234.50", "(1,234.50)"), ("Balance -1,234.50 end", "(1.234,50)", "-1,234.50"),
            ("Balance 1,234.50- end", "-1.234,50", "1,234.50-"), ("Saldo − 1.234,50 € end", "-1234.50", "− 1.234,50"),
            ("Balance 1,234.50 CR end", "-1234.50", "1,234.50 CR"),
            ("Balance 1,234.50DR end", "-1,234.5", "1,234.50DR"),
            ("Balance CR 1,234.50 end", "-1234.50", "CR 1,234.50"), ("Saldo 1.234,50 H end", "-1234.50", "1.234,50 H"),
            ("Balance 1,234.50 CR end", "1234.5", "1,234.50"), ("Betrag CHF 1'234.– end", "1234.00", "1'234.–"),
            ("Rate 19,0 % VAT", "19%", "19,0 %"), ("Summe: 1.234,50, bar", "1234.50", "1.234,50"),
            ("Summe ١٬٢٣٤٫٥٠ bar", "1234.5", "١٬٢٣٤٫٥٠"),
        ]
    )
    func numbersAreFoundAcrossNotations(line: String, text: String, quote: String) throws {
        let hit = try #require(TextLayerIndex(words: Self.words(line)).find(text, near: nil))
        #expect(hit.match == .fuzzy)
        #expect(hit.distance == 0)
        #expect(hit.lines.map(\.quote) == [quote])
    }

    @Test(
        arguments: [
            ("Balance (1,234.50) end", "1234.50"), ("Balance 1,234.50 end", "-1234.5"),
            ("Total 12,345.0 end", "1234.50"),
            ("Total 1.234.50 end", "1234.50"), ("Lines 1 234 end", "12.34"),
        ]
    )
    func otherNumbersAreNotTheSame(line: String, text: String) {
        #expect(TextLayerIndex(words: Self.words(line)).find(text, near: nil) == nil)
    }

    @Test(
        arguments: [
            "3 March 2026", "March 3rd, 2026", "3. März 2026", "03/03/26", "03.03.2026", "2026-03-03", "3 mars 2026",
            "Mar 3 2026", "the 3rd of March 2026", "3-Mar-2026",
        ]
    )
    func datesAreFoundAcrossForms(printed: String) throws {
        for text in ["2026-03-03", "3.3.2026", "March 3, 2026"] {
            let line = "Date \(printed), page 3 of 26"
            let hit = try #require(TextLayerIndex(words: TextLayerPage.words([line])).find(text, near: nil), "\(text)")
            let quote = hit.lines.map(\.quote).joined(separator: " ")
            #expect(printed.hasSuffix(quote) && quote.contains("26"), "\(quote)")
            #expect(hit.distance ?? 0 == 0)
        }
    }

    @Test(
        arguments: [
            ("Summe 1,234 1.234 bar", "1234", "de-DE", "1.234"), ("Total 1.234 1,234 end", "1234", "en-US", "1,234"),
            ("Total 1.234,50 1,234.50 end", "1234.50", "de-CH", nil), ("Total 1,500 m", "1,5", "de-DE", "1,500"),
            ("Total 1,500 m", "1.5", "en-US", nil),
            ("Due 03/04/2026 04/03/2026 end", "3 April 2026", "en-GB", "03/04/2026"),
            ("Due 03/04/2026 04/03/2026 end", "3 April 2026", "en-US", "04/03/2026"),
        ] as [(String, String, String, String?)]
    )
    func aLocaleDecidesWhatANotationMeans(line: String, text: String, locale: String, quote: String?) throws {
        let source = #"""
            {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "object", "properties": {
              "value": {"type": "string", "x-recto": {"type": "\#(text.contains("A") ? "date" : "amount")", "locale": "\#(locale)"}}}}}}}
            """#
        let answer = FieldCandidate(
            pointer: JSONPointer(["list", "0", "value"]),
            page: PageNumber(1),
            labelTile: nil,
            valueTile: nil,
            box: nil,
            text: text,
            logProbabilities: [],
            labelFit: nil
        )
        let result = ExtractionResult(
            fields: ["list": [["value": .string(text)]]],
            answers: [answer],
            pages: [],
            errors: []
        )
        let layer = [PageNumber(1): Self.words(line)]
        let evidence = try Grounder(schema: schema(source)).ground(result, textLayer: layer)[0].evidence
        #expect(evidence.map(\.quote) == [quote ?? text])
        #expect(evidence.map(\.match) == [quote == nil ? .none : .fuzzy])
    }

    @Test func elementsHaveTheirListsLocale() throws {
        let source = #"""
            {"type": "object", "properties": {"sums": {"type": "array", "items":
              {"type": "string", "x-recto": {"type": "amount", "locale": "de-DE"}}}}}
            """#
        let answer = FieldCandidate(
            pointer: JSONPointer(["sums", "0"]),
            page: PageNumber(1),
            labelTile: nil,
            valueTile: nil,
            box: nil,
            text: "1234",
            logProbabilities: [],
            labelFit: nil
        )
        let result = ExtractionResult(fields: ["sums": ["1234"]], answers: [answer], pages: [], errors: [])
        let layer = [PageNumber(1): Self.words("Summe 1,234 1.234 bar")]
        let fields = try Grounder(schema: schema(source)).ground(result, textLayer: layer)
        #expect(fields.first?.evidence.map(\.quote) == ["1.234"])
    }

    @Test func aDateMayGoOverALine() throws {
        let index = TextLayerIndex(words: TextLayerPage.words(["signed on 3 March", "2026 by all"]))
        let hit = try #require(index.find("2026-03-03", near: nil))
        #expect(hit.lines.map(\.quote) == ["3 March", "2026"])
        #expect(index.find("2026-03-04", near: nil) == nil)
    }

    /// White space within a number is narrower than between words.
    private static func words(_ line: String) -> [TextLayerWord] {
        var x = 0.0
        var words: [TextLayerWord] = []
        var text = ""
        func end(_ gap: Double) {
            let width = Double(text.count) * 10
            if !text.isEmpty { words.append(TextLayerWord(text: text, box: Box(x0: x, y0: 0, x1: x + width, y1: 12))) }
            x += width + gap
            text = ""
        }
        for character in line {
            if character == " " { end(10) } else if character.isWhitespace { end(3) } else { text.append(character) }
        }
        end(0)
        return words
    }
}
