import RectoExtraction
import RectoPages
import Testing

@Suite struct TextLayerDirectionTests {
    private static let lines = [
        ["לכבוד:", "ישראל", "ישראלי", "ושות׳"], ["סה״כ:", "1,234.50", "ש״ח"], ["כתובת", "רחוב", "הרצל", "5"],
        ["תל", "אביב"],
    ]

    @Test(arguments: TextLayerPage.Producer.allCases)
    func aValueIsFoundHoweverItWasWritten(producer: TextLayerPage.Producer) throws {
        let index = TextLayerIndex(words: TextLayerPage.rightToLeft(Self.lines, by: producer))
        let name = try #require(index.find("ישראל ישראלי", near: nil))
        #expect(name.match == .exact)
        #expect(name.lines.map(\.quote) == ["ישראל ישראלי"])
        #expect(name.lines.map(\.box) == [Box(x0: 310, y0: 0, x1: 430, y1: 12)])
        let amount = try #require(index.find("1234.50", near: nil))
        #expect(amount.lines.map(\.quote) == ["1,234.50"])
    }

    @Test(arguments: TextLayerPage.Producer.allCases)
    func aValueIsFoundOverTwoLines(producer: TextLayerPage.Producer) throws {
        let index = TextLayerIndex(words: TextLayerPage.rightToLeft(Self.lines, by: producer))
        let hit = try #require(index.find("רחוב הרצל 5 תל אביב", near: nil))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == ["רחוב הרצל 5", "תל אביב"])
        #expect(hit.lines.map(\.box.x1) == [440, 500])
    }

    @Test(arguments: TextLayerPage.Producer.allCases)
    func marksAroundAWordAreCutFromTheRightSide(producer: TextLayerPage.Producer) throws {
        let index = TextLayerIndex(words: TextLayerPage.rightToLeft(Self.lines, by: producer))
        let hit = try #require(index.find("לכבוד", near: nil))
        #expect(hit.lines.map(\.quote) == ["לכבוד"])
        #expect(hit.lines.map(\.box) == [Box(x0: 450, y0: 0, x1: 500, y1: 12)])
    }

    @Test(arguments: TextLayerPage.Producer.allCases)
    func quotesOfAbbreviationsMayBePlain(producer: TextLayerPage.Producer) throws {
        let index = TextLayerIndex(words: TextLayerPage.rightToLeft(Self.lines, by: producer))
        #expect(try #require(index.find("סה\"כ", near: nil)).match == .exact)
        #expect(try #require(index.find("ושות'", near: nil)).match == .exact)
    }

    /// On paper from right to left: חברת, Acme Ltd (itself from left to right), בע״מ.
    @Test(arguments: [TextLayerPage.Producer.visualWords, .visualCharacters])
    func leftToRightWordsKeepTheirOrderWithin(producer: TextLayerPage.Producer) throws {
        let words = TextLayerPage.rightToLeft([["חברת", "Ltd", "Acme", "בע״מ"]], by: producer)
        let hit = try #require(TextLayerIndex(words: words).find("חברת Acme Ltd בע״מ", near: nil))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == ["חברת Acme Ltd בע״מ"])
    }

    @Test func rightToLeftWordsInALeftToRightLineAreRead() throws {
        let words = TextLayerPage.words(["Customer name and address: ישראלי ישראל (Tel Aviv office)"])
        let hit = try #require(TextLayerIndex(words: words).find("ישראל ישראלי", near: nil))
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == ["ישראל ישראלי"])
    }

    @Test func aNumberBelongsToTheTextThatItFollows() throws {
        let words = TextLayerPage.rightToLeft([["חברת", "42", "Model", "בע״מ"]], by: .logical)
        #expect(TextLayerIndex(words: words).find("Model 42", near: nil)?.lines.map(\.quote) == ["Model 42"])
    }

    @Test func linesRunAsMostLettersOfTheirPageDo() throws {
        let words = TextLayerPage.words(["Customer ישראלי ישראל and further English words"])
        let index = TextLayerIndex(words: words)
        #expect(index.find("Customer ישראל", near: nil)?.match == .exact)
        #expect(index.find("ישראלי and further", near: nil)?.match == .exact)
    }

    @Test func arabicPresentationFormsAreLetters() throws {
        // The word for peace in isolated, initial and final forms, with a ligature of lam and alef.
        let words = TextLayerPage.rightToLeft([["\u{FEB3}\u{FEFC}\u{FEE1}", "عليكم"]], by: .logical)
        #expect(try #require(TextLayerIndex(words: words).find("سلام عليكم", near: nil)).match == .exact)
    }

    @Test func misreadLettersAreCounted() throws {
        let words = TextLayerPage.rightToLeft(Self.lines, by: .visualWords)
        let hit = try #require(TextLayerIndex(words: words).find("ישראל ישראלו", near: nil))
        #expect(hit.match == .fuzzy)
        #expect(hit.distance == 1)
        #expect(hit.lines.map(\.quote) == ["ישראל ישראלי"])
    }
}
