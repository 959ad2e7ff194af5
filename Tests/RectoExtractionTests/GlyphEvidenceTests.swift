import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Synchronization
import Testing

/// Where values stand by the characters that the glyph head named, and what it says of them.
@Suite struct GlyphEvidenceTests {
    /// Characters and the columns that they are centred in, of a tile with 20 columns.
    private func columns(_ named: [(String, Int)], probability: Float = 1) -> GlyphColumns {
        GlyphColumns(
            pitch: 0.05,
            characters: named.map(\.0),
            columns: named.map(\.1),
            probabilities: named.map { _ in probability }
        )
    }

    /// A tile of 200 points with `text` in it.
    private func tile(_ text: String, _ glyphs: GlyphColumns?) -> TileReading {
        TileReading(
            index: 0,
            row: 0,
            box: Box(x0: 100, y0: 10, x1: 300, y1: 22),
            text: text,
            logProbabilities: [-0.1],
            glyphs: glyphs
        )
    }

    private func grounded(_ answer: String, in tile: TileReading) throws -> GroundedField {
        let candidate = FieldCandidate(
            pointer: JSONPointer(["total"]),
            page: PageNumber(1),
            labelTile: 0,
            valueTile: 0,
            box: tile.box,
            text: answer,
            logProbabilities: [-0.1],
            labelFit: 1,
            relation: .sameTile
        )
        let page = PageReading(page: PageNumber(1), tiles: [tile], candidates: [], requestCount: 1)
        let result = ExtractionResult(fields: ["total": 5], answers: [candidate], pages: [page], errors: [])
        return try #require(Grounder().ground(result, textLayer: [:]).first)
    }

    private func evidence(_ answer: String, in tile: TileReading) throws -> Evidence {
        try #require(try grounded(answer, in: tile).evidence.first)
    }

    /// "ill 5.00" with a wide gap: by proportion, the value would begin at the middle.
    private let apart = [("i", 0), ("l", 0), ("l", 1), ("5", 12), (".", 13), ("0", 14), ("0", 15)]

    @Test func aValueIsWhereItsCharactersAreNamed() throws {
        let found = try evidence("5.00", in: tile("ill 5.00", columns(apart)))
        #expect(found.match == .vision && found.located == .glyphs)
        let box = try #require(found.box)
        #expect(box.y0 == 10 && box.y1 == 22, "as high as the tile")
        #expect(abs(box.x0 - 220) < 1e-9 && abs(box.x1 - 260) < 1e-9, "columns 12 to 15 of 10 points: \(box)")
        let other = try #require(try evidence("ill", in: tile("ill 5.00", columns(apart))).box)
        #expect(other.x0 < 105 && other.x1 > 115 && other.x1 < 125, "\(other)")
    }

    @Test func theSecondOfTwoEqualValuesIsNotTakenForTheFirst() throws {
        let named = [("7", 0), ("x", 2), ("5", 4), ("=", 6), ("3", 8), ("5", 10)]
        let found = try #require(try evidence("35", in: tile("7x5=35", columns(named))).box)
        #expect(abs(found.x0 - 175) < 1e-9 && abs(found.x1 - 215) < 1e-9, "\(found)")
    }

    @Test func misreadAndMissingCharactersStillHaveAPlace() throws {
        // 8 for 5, the point not named, a stray character before.
        let named = [("i", 0), ("l", 0), ("l", 1), (",", 3), ("8", 12), ("0", 14), ("0", 15)]
        let found = try evidence("5.00", in: tile("ill 5.00", columns(named)))
        #expect(found.located == .glyphs)
        let box = try #require(found.box)
        #expect(abs(box.x0 - 220) < 1e-9 && abs(box.x1 - 260) < 1e-9, "\(box)")
    }

    @Test func aHeadThatDisagreesIsNotBelieved() throws {
        let proportion = try evidence("5.00", in: tile("ill 5.00", nil))
        #expect(proportion.located == .proportion)
        let other = [("i", 0), ("l", 0), ("l", 1), ("A", 2), ("B", 3), ("0", 4), ("C", 5)]
        #expect(try evidence("5.00", in: tile("ill 5.00", columns(other))) == proportion)
        #expect(try evidence("5.00", in: tile("ill 5.00", columns([]))) == proportion)
        let half = [("i", 0), ("l", 0), ("l", 1), ("A", 2), ("B", 3), ("0", 4), ("0", 5)]
        #expect(try evidence("5.00", in: tile("ill 5.00", columns(half))).located == .glyphs)
    }

    @Test func anotherCaseIsAPlaceButNoName() throws {
        let named = [("A", 2), ("c", 4), ("m", 6), ("E", 8)]
        let found = try grounded("ACME", in: tile("ACME", columns(named)))
        #expect(found.evidence[0].located == .glyphs, "half of it is named")
        #expect(found.signals.map(\.glyphShare) == [0.5])
    }

    @Test func aPlaceReachesToACharacterInAnotherCase() throws {
        // Both ends are named in another case: their columns are certain, by proportion they would be elsewhere.
        let named = [("a", 2), ("C", 9), ("M", 10), ("e", 17)]
        let box = try #require(try evidence("ACME", in: tile("ACME", columns(named))).box)
        #expect(abs(box.x0 - (100 + 25 - 25)) < 1e-9 && abs(box.x1 - 300) < 1e-9, "\(box)")
        let inner = [("x", 2), ("C", 9), ("M", 10), ("x", 17)]
        let narrow = try #require(try evidence("ACME", in: tile("ACME", columns(inner))).box)
        #expect(narrow.x0 > 170 && narrow.x1 < 230, "\(narrow)")
    }

    @Test func ofTwoGlyphsTheOneInAnotherCaseIsTheCharacter() throws {
        // Equally many edits pair "A" with the glyph before it; the same letter is cheaper.
        let named = [("a", 2), ("x", 6), ("C", 8)]
        let field = try grounded("AC", in: tile("AC", columns(named)))
        let box = try #require(field.evidence.first?.box)
        #expect(abs(box.x0 - (125 - 30)) < 31 && box.x0 < 110, "\(box)")
    }

    @Test func glyphsBeforeTheTextCostAsMuchAsWithin() throws {
        // "1 1": the first one is missing among the glyphs, and a speck is read before the second.
        let named = [("x", 0), ("x", 1), ("5", 10), ("0", 11)]
        let found = try evidence("50", in: tile("50", columns(named)))
        let box = try #require(found.box)
        #expect(abs(box.x0 - 200) < 1e-9 && abs(box.x1 - 220) < 1e-9, "\(box)")
    }

    @Test func aValueThatTheTileDoesNotSayHasTheWholeTile() throws {
        let whole = tile("ill 5.00", columns(apart))
        let found = try evidence("1,234.99", in: whole)
        #expect(found.located == .tile && found.box == whole.box)
        #expect(try grounded("1,234.99", in: whole).signals.map(\.glyphShare) == [nil])
    }

    @Test func theSecondOpinionIsTheShareThatIsNamedByItsProbability() throws {
        let sure = try grounded("5.00", in: tile("ill 5.00", columns(apart)))
        #expect(sure.signals.map(\.glyphShare) == [1])
        let unsure = try grounded("5.00", in: tile("ill 5.00", columns(apart, probability: 0.5)))
        #expect(unsure.signals.map(\.glyphShare) == [0.5])
        let misread = try grounded("6.00", in: tile("ill 6.00", columns(apart)))
        #expect(misread.signals.map(\.glyphShare) == [0.75])
        // What the answer says counts, not what the tile's text says.
        let answered = try grounded("15.00", in: tile("ill 5.00", columns(apart)))
        #expect(answered.signals.map(\.glyphShare) == [0.8])
        let unknown = try grounded("5.00", in: tile("ill 5.00", nil))
        #expect(unknown.signals.map(\.glyphShare) == [nil])
    }

    @Test func rowsOfPatchesAreOneReading() {
        func glyph(_ slot: Int, _ character: String, _ probability: Float) -> GlyphGrid.Glyph {
            .init(slot: slot, character: character, logProbability: log(probability))
        }
        let grid = GlyphGrid(
            rows: 2,
            columns: 3,
            patchSize: 14,
            viewWidth: 56,
            viewHeight: 28,
            patches: [
                [glyph(0, "a", 0.5), glyph(1, "b", 0.8)], [], [glyph(0, "c", 0.4)],
                [glyph(0, "a", 0.7), glyph(1, "h", 0.9)], [], [],
            ]
        )
        let columns = GlyphColumns(grid)
        #expect(columns.characters == ["a", "h", "c"])
        #expect(columns.columns == [0, 0, 2])
        #expect(columns.probabilities == [0.6, 0.45, 0.2])
        #expect(columns.pitch == 0.25, "the last column of the view is not seen")
        let centers = (0..<3).map { columns.center(of: $0) }
        #expect(centers == [0.0625, 0.1875, 0.625])
    }

    @Test func onlyTranscriptionsOfCheckpointsThatCanAreAskedForCharacters() async throws {
        let page = PageDouble([["Dear", "Sir,"]])
        let able = try ModelDouble([page], declaresGlyphs: true)
        let reading = try await Transcriber().read(page.page, model: able)
        #expect(reading.tiles.map { $0.glyphs?.characters.joined() } == ["Dear", "Sir,"])
        #expect(able.named.withLock { $0 } == 2)
        let unable = try ModelDouble([page])
        #expect(try await Transcriber().read(page.page, model: unable).tiles.map(\.glyphs) == [nil, nil])
        #expect(unable.named.withLock { $0 } == 0)
    }

    @Test func aKeptReadingComesBackAsItWas() throws {
        let reading = tile("ill 5.00", columns(apart, probability: 0.873))
        let data = try JSONEncoder().encode(reading)
        #expect(try JSONDecoder().decode(TileReading.self, from: data) == reading)
        let older = try JSONEncoder().encode(tile("ill 5.00", nil))
        #expect(!String(decoding: older, as: UTF8.self).contains("glyphs"))
        #expect(try JSONDecoder().decode(TileReading.self, from: older).glyphs == nil)
    }

    @Test func aRecordSaysHowItWasLocated() throws {
        let schema = try ExtractionSchema(bytes: Record.schema.utf8, file: "record.schema.json")
        let source = Record.Source(
            name: "a.pdf",
            path: "a.pdf",
            sha256: String(repeating: "ab", count: 32),
            bytes: 1,
            pages: 1
        )
        func violations(_ change: (inout JSONObject) -> Void) throws -> [String] {
            let record = Record(
                source: source,
                pipeline: .init(name: "invoice", version: 1, digest: "d"),
                model: nil,
                fields: ["total": 5],
                grounding: [try grounded("5.00", in: tile("ill 5.00", columns(apart)))],
                pages: [],
                errors: []
            )
            var json = try #require(record.json().objectValue)
            var evidence = try #require(json["evidence"]?.objectValue?["/total"]?.arrayValue?.first?.objectValue)
            #expect(evidence["located"] == "glyphs")
            change(&evidence)
            json["evidence"] = ["/total": [.object(evidence)]]
            return schema.validate(.object(json)).map(\.keyword)
        }
        #expect(try violations { _ in }.isEmpty)
        #expect(try violations { $0["located"] = nil }.isEmpty)
        #expect(try violations { $0["located"] = "guessed" } == ["enum"])
        let layer = Evidence(page: PageNumber(1), box: nil, quote: "5", match: .exact)
        #expect(layer.json().objectValue?["located"] == nil)
    }
}
