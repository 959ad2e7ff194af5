import RectoPages
import RectoTestSupport
import Testing

@Suite struct RasterizerWordsTests {
    private static let rows = [
        ("Invoice number", "HL-20417"), ("Invoice date", "14 March 2025"), ("Subtotal", "433.50"), ("Total", "520.20"),
    ]

    private static let wordsOfTheRows =
        rows.flatMap { row in [row.0, row.1].flatMap { $0.split(separator: " ").map(String.init) } }.sorted()

    /// Labels and values in two columns, which poppler takes for a table: no character stands between its cells.
    private static func table(entries: String = "", matrix: String? = nil) -> [UInt8] {
        let cells = rows.enumerated().map { index, row in
            let y = 740 - 24 * index
            return "1 0 0 1 60 \(y) Tm (\(row.0)) Tj 1 0 0 1 220 \(y) Tm (\(row.1)) Tj"
        }
        let text = "BT /F 11 Tf " + cells.joined(separator: "\n") + " ET"
        let content = matrix.map { "\($0) cm \(text)" } ?? text
        return SyntheticPDF.document([.init(mediaBox: "[0 0 842 842]", entries: entries, content: content)])
    }

    @Test(arguments: [0, 90, 180, 270])
    func cellsOfATableAreWordsOfTheirOwn(rotation: Int) async throws {
        let page = try await Renderer.page(of: Self.table(entries: "/Rotate \(rotation)"))
        #expect(page.words.map(\.text).sorted() == Self.wordsOfTheRows)
        for word in page.words {
            let sides = (word.box.width, word.box.height)
            let (along, across) = rotation % 180 == 0 ? sides : (sides.1, sides.0)
            #expect(across > 8 && across < 15, "\(word.text) \(word.box)")
            #expect(along > 3 && along < 7.5 * Double(word.text.count), "\(word.text) \(word.box)")
        }
    }

    @Test(arguments: ["0 1 -1 0 842 0", "0 -1 1 0 0 842", "-1 0 0 -1 842 842"])
    func turnedTextHasTheSameWords(matrix: String) async throws {
        let page = try await Renderer.page(of: Self.table(matrix: matrix))
        #expect(page.words.map(\.text).sorted() == Self.wordsOfTheRows)
    }

    @Test func everyValueStandsInItsRow() async throws {
        let page = try await Renderer.page(of: Self.table())
        for (index, row) in Self.rows.enumerated() {
            let baseline = Double(842 - 740 + 24 * index)
            let inRow = page.words.filter { $0.box.y0 < baseline && $0.box.y1 > baseline }
                .sorted { $0.box.x0 < $1.box.x0 }
            #expect(inRow.map(\.text).joined(separator: " ") == row.0 + " " + row.1)
            let label = try #require(inRow.first).box
            #expect(abs(label.x0 - 60) < 1 && label.x1 < 105)
            #expect(inRow.contains { abs($0.box.x0 - 220) < 1 })
        }
    }

    @Test func narrowNumbersOfThreeColumnsAreWordsOfTheirOwn() async throws {
        let cells = (0..<4).map { row in
            let y = 700 - 18 * row
            return [(60, "Item\(row)"), (300, "\(row + 1)"), (380, "25.0\(row)")]
                .map { "1 0 0 1 \($0) \(y) Tm (\($1)) Tj" }.joined(separator: " ")
        }
        let content = "BT /F 11 Tf " + cells.joined(separator: "\n") + " ET"
        let page = try await Renderer.page(of: SyntheticPDF.document([.init(content: content)]))
        let expected = (0..<4).flatMap { ["Item\($0)", "\($0 + 1)", "25.0\($0)"] }
        #expect(page.words.map(\.text).sorted() == expected.sorted())
        #expect(page.words.allSatisfy { $0.box.height < 15 })
    }

    @Test(arguments: [1.0, 2.5, 4])
    func letterSpacedWordsStayWhole(spacing: Double) async throws {
        let content = "BT /F 12 Tf \(spacing) Tc 60 700 Td (INVOICE) Tj 0 -40 Td (Total due) Tj ET"
        let page = try await Renderer.page(of: SyntheticPDF.document([.init(content: content)]))
        #expect(page.words.map(\.text) == ["INVOICE", "Total", "due"])
    }

    @Test func smallCapitalsAndLoweredCharactersStayInTheirWord() async throws {
        let smallCapitals = "/F 12 Tf (I) Tj /F 9 Tf (NVOICE) Tj", lowered = "/F 12 Tf (CO) Tj /F 8 Tf -2 Ts (2) Tj"
        let content = "BT 60 700 Td \(smallCapitals) 0 -60 Td \(lowered) ET"
        let page = try await Renderer.page(of: SyntheticPDF.document([.init(content: content)]))
        #expect(page.words.map(\.text) == ["INVOICE", "CO2"])
    }

    @Test func characterOnTheLineBelowIsAnotherWord() async throws {
        let content = "BT /F 12 Tf 60 700 Td (1) Tj 0 -20 Td (2) Tj 0 -20 Td (3) Tj ET"
        let page = try await Renderer.page(of: SyntheticPDF.document([.init(content: content)]))
        #expect(page.words.map(\.text) == ["1", "2", "3"])
    }

    /// Lines of Courier whose small letters are the Hebrew alphabet, shown from left to right as every producer shows glyphs.
    ///
    /// - Parameter lines: Each line's words from right to left, the letters of each word in the order of reading.
    /// - Returns: The file.
    private static func hebrew(_ lines: [[String]]) -> [UInt8] {
        let shown = lines.enumerated().map { index, line in
            let text = line.map { $0.allSatisfy(\.isLowercase) ? String($0.reversed()) : $0 }.reversed().joined(
                separator: " "
            )
            return "1 0 0 1 \(500 - 0.6 * 12 * Double(text.count)) \(740 - 20 * index) Tm (\(text)) Tj"
        }
        var file = SyntheticPDF()
        file.add("<</Type/Catalog/Pages 2 0 R>>")
        file.add("<</Type/Pages/Kids[5 0 R]/Count 1>>")
        file.add("<</Type/Font/Subtype/Type1/BaseFont/Courier/ToUnicode 4 0 R>>")
        let map = """
            /CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /H def /CMapType 2 def
            1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <61> <7A> <05D0> endbfrange
            endcmap CMapName currentdict /CMap defineresource pop end end
            """
        file.addStream("", Array(map.utf8))
        file.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R/Resources<</Font<</F 3 0 R>>>>>>")
        file.addStream("", Array("BT /F 12 Tf \(shown.joined(separator: "\n")) ET".utf8))
        return file.bytes
    }

    /// The Hebrew letters that `hebrew(_:)` shows for small letters.
    private static func letters(_ word: String) -> String {
        guard word.allSatisfy(\.isLowercase) else { return word }
        return String(
            String.UnicodeScalarView(word.unicodeScalars.compactMap { Unicode.Scalar($0.value - 0x61 + 0x5D0) })
        )
    }

    @Test(
        arguments: [
            [["zwbk"]], [["zwbk", "abc", "defgh"], ["klm", "nop"]],
            [
                ["abcdefgh", "klmnop", "qrs", "2041"], ["ab", "cdefg", "hij"], ["klmno", "pqrs", "tuv"], ["wx", "yza"],
            ],
            [["ab", "100.00", "cd"], ["ACME", "abcdefgh", "ijklmn"], ["abc"]],
        ] as [[[String]]]
    )
    func everyWordOfARightToLeftPageIsThereOnce(lines: [[String]]) async throws {
        let page = try await Renderer.page(of: Self.hebrew(lines))
        #expect(page.words.map(\.text).sorted() == lines.joined().map(Self.letters).sorted())
        for (index, line) in lines.enumerated() {
            let baseline = Double(842 - 740 + 20 * index)
            let inLine = page.words.filter { $0.box.y0 < baseline && $0.box.y1 > baseline }.sorted {
                $0.box.x0 > $1.box.x0
            }
            #expect(inLine.map(\.text) == line.map(Self.letters))
            #expect(inLine.allSatisfy { abs($0.box.width - 7.2 * Double($0.text.count)) < 1 })
            #expect(abs(try #require(inLine.first).box.x1 - 500) < 1)
        }
    }
}
