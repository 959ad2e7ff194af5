import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Synchronization
import Testing

/// Writes the same DocTags for every page.
private final class DoclingDouble: VisionLanguageModel {
    let description: ModelDescription
    let requests = Mutex<[GenerationRequest]>([])
    private let text: String
    private let stopReason: StopReason

    init(_ text: String, stopReason: StopReason = .endOfSequence, declaration: ReaderDeclaration? = nil) {
        self.text = text
        self.stopReason = stopReason
        description = ModelDescription(
            name: "docling",
            family: "idefics3",
            digest: "d",
            weights: "none",
            declaration: declaration
        )
    }

    func generate(_ requests: [GenerationRequest]) async throws -> [Generation] {
        self.requests.withLock { $0 += requests }
        return requests.map { _ in
            Generation(text: text, tokenIDs: [1], logProbabilities: [-0.1], stopReason: stopReason, promptTokenCount: 1)
        }
    }
}

@Suite struct DocTagsTests {
    private let frame = Box(x0: 0, y0: 0, x1: 500, y1: 1000)

    private func parse(_ text: String) -> DocTagsPage { DocTagsParser(frame: frame).parse(text) }

    private func reasons(_ text: String) -> [String] { parse(text).faults.map(\.reason) }

    private func page(_ role: Tile.Role = .whole, count: Int = 1) -> ExtractionPage {
        let image = PixelImage(width: 10, height: 20, pixels: [UInt8](repeating: 255, count: 600))
        let scale = Affine(a: 50, b: 0, c: 0, d: 50, e: 0, f: 0)
        let tiles = (0..<count).map {
            Tile(page: PageNumber(1), index: $0, role: role, row: 0, image: image, pixelToPoints: scale)
        }
        return ExtractionPage(page: PageNumber(1), tiles: tiles)
    }

    // MARK: - Faults

    @Test(arguments: [
        ("<text>lost", "<text> has no end"),
        ("<doctag><text>a</text>", "<doctag> has no end"),
        ("<text>a</title></text>", "</title> ends nothing"),
        ("<unordered_list><list_item>a</unordered_list>", "<list_item> has no end before </unordered_list>"),
        ("<doctag>stray</doctag>", "text stands outside every element"),
        ("just words", "text stands outside every element"),
        ("<text><loc_1><loc_2><loc_3>a</text>", "<text> has 3 locations, expected four"),
        ("<text><loc_1><loc_2><loc_3><loc_700>a</text>", "<loc_700> lies beyond 500"),
        ("<loc_3>", "<loc_3> stands outside every element"),
        ("<otsl><fcel>a<fcel>b<nl><fcel>c<nl></otsl>", "row 2 of a table has 1 cells, expected 2"),
        ("<otsl><lcel><fcel>b<nl></otsl>", "<lcel> in row 1, column 1 of a table extends no cell"),
        ("<otsl><fcel>a<nl><xcel><nl></otsl>", "<xcel> in row 2, column 1 of a table extends no cell"),
        ("<otsl><fcel>a<nl><ucel>b<nl></otsl>", "<ucel> in row 2, column 1 of a table has text of its own"),
        ("<otsl>head<fcel>a<nl></otsl>", "text stands in a table, but in no cell"),
        ("<text>a<fcel>b</text>", "<fcel> stands in <text>, not in a table"),
        ("<doctag></doctag>", "there is no element at all"),
        ("", "there is no element at all"),
    ])
    func faultsAreNamed(_ text: String, _ reason: String) {
        #expect(reasons(text) == [reason])
    }

    @Test func noTextIsLostWithTheTags() {
        let words = ["one", "two", "three", "four", "five", "six"]
        let broken = [
            "one<text>two<title>three</text>four</otsl><fcel>five<otsl>six",
            "<doctag>one</text><otsl>two<caption>three<fcel>four<nl><lcel>five</otsl><code>six",
            "<list_item>one<ordered_list>two<list_item>three</ordered_list>four<picture>five<logo>six",
            "<otsl>one<fcel>two<nl><ucel>three<xcel>four<nl><rhed>five<text>six</text></otsl>",
            "<key_value_region>one<key_1>two<link_2>three</key_1><value_2>four</value_2>five</key_value_region>six",
        ]
        for text in broken {
            let parsed = parse(text)
            #expect(!parsed.faults.isEmpty || text.hasPrefix("<list_item>") || text.hasPrefix("<key"))
            let whole = parsed.elements.map(\.wholeText).joined(separator: "\n")
            for word in words { #expect(whole.contains(word), "\(word) of \(text)") }
            for form in [parsed.markdown, parsed.html, JSONWriter().string(parsed.json)] {
                for word in words { #expect(form.contains(word), "\(word) of \(text) in \(form)") }
            }
        }
    }

    @Test func whatOnlyLooksLikeATagIsText() {
        let parsed = parse("<text>if a < b and c > d, <b>bold</b> <loc_x> <section_header_level_9></text>")
        #expect(parsed.faults.isEmpty)
        #expect(parsed.elements[0].text == "if a < b and c > d, <b>bold</b> <loc_x> <section_header_level_9>")
    }

    // MARK: - Forms

    @Test func placesArePointsOfThePage() {
        let box = parse("<text><loc_100><loc_100><loc_250><loc_500>a</text>").elements[0].box
        #expect(box == Box(x0: 100, y0: 200, x1: 250, y1: 1000))
        let two = parse("<text><loc_100><loc_100><loc_250><loc_200><loc_300><loc_50><loc_400><loc_60>a</text>")
        #expect(two.elements[0].box == Box(x0: 100, y0: 100, x1: 400, y1: 400))
    }

    @Test func aPageAsJSON() {
        let parsed = parse(
            "<section_header_level_2>A</section_header_level_2><otsl><loc_0><loc_0><loc_500><loc_500>"
                + "<ched>x<lcel><nl><fcel>1<ecel><nl></otsl>"
        )
        let json = """
            [{"type":"section_header","level":2,"text":"A"},{"type":"table","table":{"rows":2,"columns":2,"cells":[\
            {"row":0,"column":0,"text":"x","role":"column_header","column_span":2},{"row":1,"column":0,"text":"1"},\
            {"row":1,"column":1,"text":""}]},"box":[0,0,500,1000]}]
            """
        #expect(JSONWriter().string(parsed.json) == json)
    }

    @Test func aPageAsMarkdown() {
        let parsed = parse(
            """
            <doctag><title>Year *one*</title><section_header_level_1>1. Sums</section_header_level_1>
            <text># not a heading</text><unordered_list><list_item>a<ordered_list><list_item>b</list_item></ordered_list>\
            </list_item></unordered_list><otsl><ched>x|y<ched>z<nl><fcel>1<fcel>2<nl></otsl>\
            <code><_Swift_>let a = "```"</code><formula>a^2</formula><checkbox_selected>Yes</checkbox_selected></doctag>
            """
        )
        #expect(parsed.faults.isEmpty)
        let markdown = """
            # Year \\*one\\*

            ## 1. Sums

            \\# not a heading

            - a
              1. b

            | x\\|y | z |
            | --- | --- |
            | 1 | 2 |

            ````swift
            let a = "```"
            ````

            $$
            a^2
            $$

            - [x] Yes
            """
        #expect(parsed.markdown == markdown)
    }

    @Test func aTableWithSpansIsHTMLInMarkdown() {
        let parsed = parse("<otsl><caption>T & U</caption><ched>a<lcel><nl><rhed>b<fcel>1 < 2<nl></otsl>")
        let html = """
            <table>
            <caption>T &amp; U</caption>
            <tr><th scope="col" colspan="2">a</th></tr>
            <tr><th scope="row">b</th><td>1 &lt; 2</td></tr>
            </table>
            """
        #expect(parsed.markdown == html)
        #expect(parsed.html == html)
    }

    @Test func aPageAsHTML() {
        let parsed = parse(
            "<title>T</title><unordered_list><list_item>a</list_item></unordered_list><picture><logo><caption>c</caption>"
                + "</picture><page_footer>7</page_footer><key_value_region><key_1>k<link_2></key_1><value_2>v</value_2>"
                + "</key_value_region>"
        )
        let html = """
            <h1>T</h1>
            <ul><li>a</li></ul>
            <figure class="logo"><figcaption>c</figcaption></figure>
            <footer>7</footer>
            <dl><dt>k</dt>
            <dd>v</dd></dl>
            """
        #expect(parsed.html == html)
        #expect(parsed.elements[4].children[0].links == [2])
    }

    // MARK: - Reader

    @Test func aPageIsWrittenOnceAndItsTextsAreFoundAgain() async throws {
        let model = DoclingDouble("<doctag><text><loc_50><loc_50><loc_100><loc_60>Total 7.50</text></doctag>")
        let reader = DocTagsReader(format: .markdown)
        let result = reader.assemble([try await reader.read(page(), model: model)])
        #expect(result.errors.isEmpty)
        let json = """
            {"pages":[{"page":1,"text":"Total 7.50","elements":[{"type":"text","text":"Total 7.50",\
            "box":[50,100,100,120]}],"markdown":"Total 7.50"}]}
            """
        #expect(JSONWriter().string(.object(result.fields)) == json)
        let requests = model.requests.withLock { $0 }
        #expect(requests.count == 1 && requests[0].keepsSpecialTokens && requests[0].splitsImages == nil)
        let words = [
            TextLayerWord(text: "Total", box: Box(x0: 51, y0: 101, x1: 70, y1: 119)),
            TextLayerWord(text: "7.50", box: Box(x0: 72, y0: 101, x1: 99, y1: 119)),
        ]
        let grounded = Grounder().ground(result, textLayer: [PageNumber(1): words])
        #expect(grounded.map(\.pointer.description) == ["/pages/0/elements/0/text"])
        #expect(grounded[0].evidence.map(\.match) == [.exact])
    }

    @Test func wrongTagsAreAnErrorOfTheirPageAndTheTextIsKept() async throws {
        let model = DoclingDouble("<doctag><text>kept", stopReason: .maximumTokens)
        let result = DocTagsReader().assemble([try await DocTagsReader().read(page(), model: model)])
        #expect(
            result.errors == [
                .textCutShort(page: 1, tile: 0),
                .docTagsMalformed(page: 1, offset: 0, reason: "<doctag> has no end", count: 2),
            ]
        )
        #expect(result.fields["pages"]?.arrayValue?.first?.objectValue?["text"] == .string("kept"))
        #expect(result.errors[1].code == "doctags.malformed")
    }

    @Test func aBlankPageNeverReachesTheModel() async throws {
        let model = DoclingDouble("<doctag></doctag>")
        let blank = ExtractionPage(page: PageNumber(1), tiles: [])
        let result = DocTagsReader().assemble([try await DocTagsReader().read(blank, model: model)])
        #expect(model.requests.withLock { $0.isEmpty })
        #expect(JSONWriter().string(.object(result.fields)) == #"{"pages":[{"page":1,"text":"","elements":[]}]}"#)
    }

    @Test func piecesOfPagesAreRefused() async throws {
        let model = DoclingDouble("")
        await #expect(throws: ExtractionError.self) {
            try await DocTagsReader().read(page(.crop, count: 5), model: model)
        }
    }

    @Test(arguments: ["page_header", "page_footer"])
    func nothingEndsTheCommentOfAHeader(kind: String) {
        let parsed = parse("<doctag><\(kind)>---><img src=x onerror=alert(1)> a --!> b</\(kind)></doctag>")
        #expect(!parsed.markdown.contains("<img") && parsed.markdown.count(where: { $0 == ">" }) == 1)
        #expect(parsed.markdown.contains("img src=x"))
    }

    @Test func aFormulaIsNoTagToProgramsThatDoNotKnowFormulas() {
        let parsed = parse("<doctag><formula>a < b <img src=x> c</formula></doctag>")
        #expect(!parsed.markdown.contains("<img") && parsed.markdown.contains("a \\lt  b"))
    }

    @Test func classesOfPicturesAreTextElsewhere() {
        let parsed = parse("<doctag><code>List<person> x</code><text>a <map> b</text></doctag>")
        #expect(parsed.markdown.contains("List<person> x"))
        #expect(parsed.elements.last?.text == "a <map> b")
        let picture = parse("<doctag><picture><logo></picture></doctag>")
        #expect(picture.elements.first?.pictureClass == "logo")
    }
}
