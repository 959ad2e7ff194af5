import RectoExtraction
import RectoPages
import RectoTestSupport
import Testing

@Suite struct TextLayerIndexTests {
    private func find(_ text: String, in lines: [String], near box: Box? = nil) -> TextLayerIndex.Hit? {
        TextLayerIndex(words: TextLayerPage.words(lines)).find(text, near: box)
    }

    @Test(
        arguments: [
            (
                ["Vendor: Acme inter-", "national Trading"], "Acme international Trading",
                ["Acme inter-", "national Trading"]
            ),
            (["Acme inter\u{AD}", "national"], "Acme international", ["Acme inter\u{AD}", "national"]),
            (["Acme inter\u{2010}", "national"], "international", ["inter\u{2010}", "national"]),
            (["Acme inter\u{AD}", "national"], "inter-national", ["inter\u{AD}", "national"]),
            (["Acme inter-", "national"], "inter- national", ["inter-", "national"]),
            (["Order A-", "17 of May"], "A-17", ["A-", "17"]), (["n\u{AD}o\u{AD}n"], "non", ["n\u{AD}o\u{AD}n"]),
            (["Donau-", "dampf-", "schiff"], "Donaudampfschiff", ["Donau-", "dampf-", "schiff"]),
        ] as [([String], String, [String])]
    )
    func followsAWordOverHyphenatedLines(lines: [String], text: String, quotes: [String]) throws {
        let hit = try #require(find(text, in: lines))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == quotes)
        #expect(Set(hit.lines.map(\.box.y0)).count == quotes.count)
    }

    @Test func hyphensOfNumbersAndWithinALineAreNoBreaks() throws {
        #expect(find("1234", in: ["No. 12-", "34 end"]) == nil)
        let hit = try #require(find("redone", in: ["it is re- done"]))
        #expect(hit.match == .fuzzy)
        #expect(hit.distance == 1)
    }

    @Test(
        arguments: [
            ("oﬃce", "office"), ("ﬁrst ﬂoor", "first floor"), ("aﬀord", "afford"), ("eﬄuent", "effluent"),
            ("ﬅyle", "style"), ("ﬆone", "stone"), ("ＡＢ－１２", "AB-12"), ("12\u{A0}kg", "12 kg"), ("12 m²", "12 m2"),
            ("CO₂", "CO2"), ("№ 5", "No 5"), ("½ l", "1/2 l"), ("AC\u{200F}ME", "ACME"), ("١٢٬٣٤٥٫٦٠", "12,345.60"),
        ]
    )
    func compatibilityFormsAreTheSame(printed: String, text: String) throws {
        let hit = try #require(find(text, in: ["of \(printed) or"]))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == [printed])
    }

    @Test(arguments: [("10²", "102"), ("1½", "11/2"), ("5①", "51"), ("2³", "23")])
    func raisedDigitsAreNoPartOfANumber(printed: String, text: String) {
        #expect(find(text, in: ["of \(printed) or"]) == nil)
    }

    @Test func aFootnoteIsNoPartOfItsNumber() throws {
        let hit = try #require(find("1,234.00", in: ["Total 1,234.00¹"]))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == ["1,234.00"])
        #expect(hit.lines[0].box.x1 < 60 + 10 * 9)
    }

    @Test func cellsOfATableAreNotOneNumber() {
        let table = TextLayerPage.table([["1", "234.00"], ["2 500", "EUR"]])
        let index = TextLayerIndex(words: table)
        #expect(index.find("1234.00", near: nil) == nil)
        #expect(index.find("1,234.00", near: nil) == nil)
        #expect(index.find("1234", near: nil) == nil)
    }

    @Test func digitsInTheCombOfAFormAreOneNumber() throws {
        let hit = try #require(find("20417", in: ["No. 2 0 4 1 7"]))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == ["2 0 4 1 7"])
    }

    @Test func aCodeOverTwoLinesIsOneWhereItWasReadWithASpace() throws {
        let lines = ["IBAN DE89 3704 0044", "0532 0130 00"]
        #expect(try #require(find("DE89 3704 0044 0532 0130 00", in: lines)).lines.count == 2)
        #expect(find("DE89370400440532013000", in: lines) == nil)
    }

    @Test func aWordThatOnlyReachesIntoThePlaceWasReadElsewhere() throws {
        let words = [TextLayerWord(text: "Berlin", box: Box(x0: 0, y0: 0, x1: 100, y1: 12))]
        func isThere(_ x0: Double) -> Bool? {
            TextLayerIndex(words: words).find("Berlin", near: Box(x0: x0, y0: 0, x1: 200, y1: 12))?.isWhereItWasRead
        }
        #expect(isThere(40) == true)
        #expect(isThere(70) == false)
    }

    @Test func aLargeBoxLeavesOutWhatStandsOutsideIt() throws {
        let index = TextLayerIndex(words: TextLayerPage.words(["a 5.00", "b", "c 5.00", "d", "e", "f"]))
        let half = Box(x0: 0, y0: 30, x1: 500, y1: 120)
        #expect(index.places(of: "5.00", near: half).map { $0.lines[0].box.y0 } == [40])
        #expect(index.places(of: "5.00", near: nil).count == 2)
        #expect(index.places(of: "5.00", near: Box(x0: 0, y0: 90, x1: 500, y1: 200)).count == 2)
    }

    @Test func misreadTextIsFoundOverAHyphenAndNotOverWhatLiesOutside() throws {
        let broken = try #require(find("reconcilxation of accounts", in: ["the recon-", "ciliation of accounts"]))
        #expect(broken.distance == 1)
        // The hyphen is no edit: these are as many as there may be.
        #expect(find("abxxefgh", in: ["zz abcd-", "efgh zz"])?.distance == 2)
        // Inside the box the words are apart: what stands between them belongs to another column.
        let words = TextLayerPage.words(["alpha other gamma"])
        let sides = [words[0], words[2]].map(\.box)
        let index = TextLayerIndex(
            words: [
                TextLayerWord(text: "alpha", box: sides[0]),
                TextLayerWord(text: "other", box: Box(x0: 0, y0: 400, x1: 50, y1: 412)),
                TextLayerWord(text: "gamma", box: sides[1]),
            ]
        )
        let box = Box(x0: 0, y0: 0, x1: 300, y1: 12)
        #expect(index.find("alphxgamma", near: box)?.isWhereItWasRead != true)
    }

    /// The first stretch of whole words with the fewest edits, found by trying all of them.
    @Test(arguments: 0..<60)
    func noStretchNeedsFewerEdits(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(1000 + seed))
        let printed = (0..<30).map { _ in
            String((0..<Int.random(in: 1...6, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
        }
        let count = Int.random(in: 2...(seed % 3 == 0 ? 25 : 8), using: &random)
        let wanted = (0..<count).map { _ in printed.randomElement(using: &random) ?? "a" }.joined()
        let limit = wanted.count / 4
        var best = Int.max
        for first in printed.indices {
            for last in first..<printed.count {
                let stretch = Array(printed[first...last].joined())
                if let edits = editDistance(Array(wanted)[...], stretch[...], limit: limit) { best = min(best, edits) }
            }
        }
        let hit = find(wanted, in: [printed.joined(separator: " ")])
        #expect((hit.map { $0.distance ?? 0 } ?? Int.max) == best)
    }

    @Test(arguments: 0..<40)
    func distanceIsTheEditDistanceToTheQuote(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let letters = Array("abcdefghij")
        func word() -> String {
            String(
                (0..<Int.random(in: 2...9, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
            )
        }
        let printed = (0..<Int.random(in: 4...24, using: &random)).map { _ in word() }
        let before = (0..<20).map { _ in word() }
        var read = Array(printed.joined(separator: " "))
        for _ in 0..<max(1, read.count / 12) {
            let place = Int.random(in: 0..<read.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: read[place] = "x"
            case 1: read.insert("x", at: place)
            default: read.remove(at: place)
            }
        }
        let hit = try #require(find(String(read), in: [(before + printed + before).joined(separator: " ")]))
        let quote = FoldedText(hit.lines.map(\.quote).joined(), isLoose: true).characters
        let wanted = FoldedText(String(read), isLoose: true).characters
        let most = FoldedText(printed.joined(), isLoose: true).characters
        #expect(hit.distance ?? 0 == editDistance(wanted[...], quote[...], limit: 1000))
        let possible = try #require(editDistance(wanted[...], most[...], limit: 1000))
        #expect(hit.distance ?? 0 <= possible)
        #expect(hit.match == (hit.distance == nil ? .exact : .fuzzy))
    }
}
