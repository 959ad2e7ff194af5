import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Synchronization
import Testing

@Suite struct TranscriberTests {
    @Test func joinsTilesOfARowWithSpacesAndRowsWithLineFeeds() async throws {
        let first = PageDouble([["Dear", "Sir,"], ["thank you", ""], [nil, "Yours"]], number: 1)
        let model = try ModelDouble([first])
        let transcriber = Transcriber()
        let blank = PageReading(page: PageNumber(2), tiles: [], candidates: [], requestCount: 0)
        let result = transcriber.assemble([blank, try await transcriber.read(first.page, model: model)])
        let json = #"{"pages":[{"page":1,"text":"Dear Sir,\nthank you\nYours"},{"page":2,"text":""}]}"#
        #expect(JSONWriter().string(.object(result.fields)) == json)
        #expect(result.errors.isEmpty)
        let schema = try ExtractionSchema(Transcriber.schemaSource)
        #expect(schema.validate(.object(result.fields)).isEmpty)
    }

    @Test func joinsThePartsOfAWordWithoutASpace() async throws {
        let double = PageDouble([["www.exam", "ple.org", "and"], ["so on"]])
        var page = double.page
        page.tiles[1].continuesWord = true
        let reading = try await Transcriber().read(page, model: try ModelDouble([double]))
        #expect(reading.text == "www.example.org and\nso on")
    }

    @Test func tellsThatATextWasCut() async throws {
        let page = PageDouble([["aaaaaaaa"]])
        let model = try ModelDouble([page], stopReason: .loop)
        let result = Transcriber().assemble([try await Transcriber().read(page.page, model: model)])
        #expect(result.errors == [.textCutShort(page: 1, tile: 0)])
    }

    @Test func asksForeignCheckpointsOncePerPage() async throws {
        let page = PageDouble([["a", "b"]])
        let model = try ModelDouble([page], declares: false) { _, texts in (texts.joined(separator: "|"), -0.1) }
        let reading = try await Transcriber().read(page.page, model: model)
        #expect(reading.text == "a|b")
        #expect(reading.tiles[0].box == Box(x0: 0, y0: 0, x1: 190, y1: 12))
    }

    @Test func neverShowsABlankPageToTheModel() async throws {
        let model = try ModelDouble([])
        let reading = try await Transcriber().read(ExtractionPage(page: PageNumber(1), tiles: []), model: model)
        #expect(reading.text.isEmpty)
        #expect(model.groups.withLock { $0.isEmpty })
    }

    @Test func groundsEveryTileOfThePage() async throws {
        let page = PageDouble([["Dear", "Sir,"], ["thank you"]])
        let model = try ModelDouble([page])
        let result = Transcriber().assemble([try await Transcriber().read(page.page, model: model)])
        let words = [TextLayerWord(text: "Dear", box: Box(x0: 1, y0: 1, x1: 40, y1: 11))]
        let grounded = Grounder().ground(result, textLayer: [PageNumber(1): words])
        #expect(grounded.map(\.pointer.description) == ["/pages/0/text"])
        #expect(grounded[0].evidence.map(\.match) == [.exact, .vision, .vision])
        #expect(grounded[0].evidence.map(\.quote) == ["Dear", "Sir,", "thank you"])
    }
}
