import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// The characters that a checkpoint names under the patches of its images.
struct GlyphHeadTests {
    private static let declared = ["slots": 2, "classes": 90, "first_token": 259]

    private func request(_ text: String, _ images: [PixelImage], named: Bool = true) -> GenerationRequest {
        var request = GenerationRequest(parts: images.map { .image($0) } + [.text(text)])
        request.template = .raw
        request.maximumTokens = 3
        request.namesGlyphs = named
        return request
    }

    private func image(_ seed: Int, width: Int = 50) -> PixelImage {
        GoldenModel.synthetic(height: 40, width: width, seed: seed)
    }

    private func failure(_ folder: TemporaryFolder) -> VLMError? {
        do {
            _ = try InferenceEngine(folder: folder.url, threads: 1)
            return nil
        } catch {
            return error as? VLMError
        }
    }

    /// The tile of `Golden/make_glyph_golden.py`.
    private func readerTile(_ golden: GoldenTensors) -> PixelImage {
        let gray = golden.bytes("pixels")
        return PixelImage(width: gray.count / 28, height: 28, pixels: gray.flatMap { [$0, $0, $0] })
    }

    private static let reader = GoldenModel.goldenFolder
        .appending(path: "../../../Sources/RectoReader/Resources/reader").standardizedFileURL

    @Test func theReaderNamesWhatPyTorchNames() async throws {
        let golden = try GoldenTensors(GoldenModel.goldenFolder.appending(path: "glyphs/reader.safetensors"))
        let engine = try InferenceEngine(folder: Self.reader, threads: 2)
        let answer = try await engine.generate([request("Transcribe.", [readerTile(golden)])])[0]
        let grid = try #require(answer.glyphs?.first?.first)
        #expect(grid.rows == 2 && grid.columns == 20 && grid.patchSize == 14)
        #expect(grid.viewWidth == 280 && grid.viewHeight == 28)
        let tokenizer = try Tokenizer(folder: Self.reader)
        let classes = golden.integers("classes")
        let logProbabilities = golden.floats("log_probabilities")
        #expect(classes.count == grid.patches.count * 3)
        for (patch, glyphs) in grid.patches.enumerated() {
            let slots = (0..<3).filter { classes[3 * patch + $0] > 0 }
            #expect(glyphs.map(\.slot) == slots, "patch \(patch)")
            for glyph in glyphs {
                let place = 3 * patch + glyph.slot
                #expect(glyph.character == tokenizer.token(of: 259 + classes[place] - 1), "patch \(patch)")
                #expect(abs(glyph.logProbability - logProbabilities[place]) < 1e-3, "patch \(patch)")
            }
        }
        let first = grid.patches.prefix(20).flatMap { $0.map(\.character) }.joined()
        #expect(first == "Totaldue:1,234.50EUR")
    }

    @Test func aTinyCheckpointNamesTheBestOfItsScores() async throws {
        let golden = try GoldenModel("glyph-head")
        let tokenizer = try Tokenizer(folder: golden.folder)
        var asked = try golden.request()
        asked.namesGlyphs = true
        let answer = try await InferenceEngine(folder: golden.folder, threads: 1).generate([asked])[0]
        let images = try #require(answer.glyphs)
        #expect(images.map { $0.map(\.columns) } == [[6], [3]] && images.map { $0.map(\.rows) } == [[2], [4]])
        var named = Set<String>()
        for (view, grids) in images.enumerated() {
            let scores = golden.floats("glyph_scores.\(view)")
            for (patch, glyphs) in grids[0].patches.enumerated() {
                for slot in 0..<3 {
                    let row = Array(scores[(3 * patch + slot) * 99..<(3 * patch + slot + 1) * 99])
                    let best = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
                    let glyph = glyphs.first { $0.slot == slot }
                    let token = best == 0 ? nil : tokenizer.token(of: 259 + best - 1)?.replacing("▁", with: " ")
                    #expect(glyph?.character == token, "view \(view), patch \(patch), slot \(slot)")
                    guard let glyph else { continue }
                    let total = log(row.reduce(0.0) { $0 + exp(Double($1)) })
                    #expect(abs(Double(glyph.logProbability) - (Double(row[best]) - total)) < 1e-3)
                    named.insert(glyph.character)
                }
            }
        }
        #expect(named.count > 10, "the images differ")
    }

    @Test(arguments: [WeightType.bfloat16, .q8Group32, .q4Group32])
    func packedWeightsNameNearlyTheSame(_ weights: WeightType) async throws {
        let golden = try GoldenTensors(GoldenModel.goldenFolder.appending(path: "glyphs/reader.safetensors"))
        let asked = request("Transcribe.", [readerTile(golden)])
        let exact = try await InferenceEngine(folder: Self.reader, threads: 1).generate([asked])[0]
        let packed = try await InferenceEngine(folder: Self.reader, threads: 1, weights: weights).generate([asked])[0]
        let (left, right) = (try #require(exact.glyphs?[0][0]), try #require(packed.glyphs?[0][0]))
        let same = zip(left.patches, right.patches).count { $0.map(\.character) == $1.map(\.character) }
        #expect(same >= left.patches.count * 9 / 10, "\(same) of \(left.patches.count) patches")
    }

    @Test func aQuantisedFolderKeepsTheHead() async throws {
        let folder = try TinyModel.write(glyphHead: Self.declared)
        let output = folder.url.appending(path: "small")
        _ = try ModelQuantizer(folder: folder.url, weights: .q8Group32, threads: 1).write(to: output)
        let asked = request("the inn", [image(1)])
        let written = try await InferenceEngine(folder: output, threads: 1).generate([asked])[0]
        let packed = try await InferenceEngine(folder: folder.url, threads: 1, weights: .q8Group32).generate([asked])[0]
        #expect(written.glyphs == packed.glyphs)
        #expect(written.glyphs?.joined().contains { $0.patches.contains { !$0.isEmpty } } == true)
    }

    @Test func everyRequestOfABatchGetsTheCharactersThatItGetsAlone() async throws {
        let folder = try TinyModel.write(glyphHead: Self.declared)
        var requests = (0..<6).map { index in
            request("the inn", (0..<index % 3).map { image(index, width: 30 + 9 * $0) }, named: index != 4)
        }
        requests[5].splitsImages = true
        requests.append(request("on the", [image(1, width: 30)], named: false))
        let together = try await InferenceEngine(folder: folder.url, threads: 2).generate(requests)
        for (index, request) in requests.enumerated() {
            let alone = try await InferenceEngine(folder: folder.url, threads: 1).generate([request])[0]
            let (found, expected) = (together[index].glyphs, alone.glyphs)
            #expect((found == nil) == !request.namesGlyphs, "request \(index)")
            #expect(found?.map(\.count) == expected?.map(\.count), "request \(index)")
            #expect(alone.tokenIDs == together[index].tokenIDs)
            for (left, right) in zip((found ?? []).joined(), (expected ?? []).joined()) { expectSame(left, right) }
        }
        #expect(together[5].glyphs?.map(\.count) == [5, 5], "four crops and the whole, twice")
        #expect(together[0].glyphs == [], "no image")
    }

    private func expectSame(_ left: GlyphGrid, _ right: GlyphGrid) {
        #expect(left.patches.map { $0.map(\.character) } == right.patches.map { $0.map(\.character) })
        #expect(left.viewWidth == right.viewWidth && left.columns == right.columns)
    }

    @Test func aKnownImageIsSeenAgainOnlyForItsCharacters() async throws {
        let folder = try TinyModel.write(glyphHead: Self.declared)
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let plain = request("the inn", [image(2)], named: false)
        let first = try await engine.generate([plain])[0]
        #expect(first.glyphs == nil)
        let named = try await engine.generate([request("the inn", [image(2)])])[0]
        let again = try await engine.generate([request("on the", [image(2)])])[0]
        let fresh = try await InferenceEngine(folder: folder.url, threads: 1)
            .generate([request("the inn", [image(2)])])[0]
        #expect(named.glyphs == fresh.glyphs && again.glyphs == fresh.glyphs)
        #expect(named.tokenIDs == first.tokenIDs)
        let last = try await engine.generate([plain])[0]
        #expect(last.glyphs == nil && last.tokenIDs == first.tokenIDs)
    }

    @Test func askingACheckpointWithoutTheHeadSaysWhatIsMissing() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        await #expect {
            try await engine.generate([request("the inn", [], named: false), request("the inn", [image(1)])])
        } throws: { error in
            guard case .noGlyphHead(let path)? = error as? VLMError else { return false }
            return path == folder.url.path(percentEncoded: false) && "\(error)".contains("recto.glyph_head.weight")
        }
    }

    @Test func aHeadThatIsNotWhatIsDeclaredIsRefused() async throws {
        let missing = try TinyModel.write(leavingOut: "recto.glyph_head.bias", glyphHead: Self.declared)
        let path = missing.url.appending(path: "model.safetensors").path(percentEncoded: false)
        #expect(failure(missing) == .missingTensor(path: path, tensor: "recto.glyph_head.bias"))
        var beyond = Self.declared
        beyond["classes"] = TinyModel.vocabulary
        #expect(failure(try TinyModel.write(glyphHead: beyond))?.code == "model.configuration-malformed")
        var special = Self.declared
        special["first_token"] = 300
        #expect(failure(try TinyModel.write(glyphHead: special))?.code == "model.configuration-malformed")
        var none = Self.declared
        none["slots"] = 0
        #expect(failure(try TinyModel.write(glyphHead: none))?.code == "model.configuration-malformed")
    }

    @Test func weightsThatAreNoNumbersAreNoticed() async throws {
        let folder = try TinyModel.write(glyphHead: Self.declared)
        let file = folder.url.appending(path: "model.safetensors")
        let head = try #require(try SafetensorsFile(file).entries["recto.glyph_head.bias"])
        var bytes = try Data(contentsOf: file)
        for byte in head.bytes.prefix(4) { bytes[byte] = 0xFF }
        try bytes.write(to: file)
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        await #expect(throws: VLMError.notFinite(path: folder.url.path(percentEncoded: false))) {
            try await engine.generate([request("the inn", [image(1)])])
        }
        #expect(try await engine.generate([request("the inn", [image(1)], named: false)]).count == 1)
    }
}
