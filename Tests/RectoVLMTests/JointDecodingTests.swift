import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Lines that decoder and CTC head read together.
struct JointDecodingTests {
    private static let reader = GoldenModel.goldenFolder
        .appending(path: "../../../Sources/RectoReader/Resources/reader").standardizedFileURL

    /// All paths through the steps, each with its line and its probability: what the forward variables sum up.
    private func paths(_ steps: [[Double]]) -> [(line: [Int], probability: Double)] {
        steps.reduce([(path: [Int](), probability: 1.0)]) { paths, step in
            paths.flatMap { path in
                step.indices.map { (path.path + [$0], path.probability * step[$0]) }
            }
        }.map { path, probability in
            let line = path.indices.filter { path[$0] != 0 && ($0 == 0 || path[$0] != path[$0 - 1]) }.map { path[$0] }
            return (line, probability)
        }
    }

    /// Probabilities of `classes` classes in each step, from a seed.
    private func steps(_ count: Int, classes: Int, seed: UInt64) -> [[Double]] {
        var state = seed
        return (0..<count).map { _ in
            let raw = (0..<classes).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 40) / Double(1 << 24) + 0.01
            }
            let sum = raw.reduce(0, +)
            return raw.map { $0 / sum }
        }
    }

    @Test(arguments: 1...6, [2, 3])
    func theProbabilityOfALineIsThatOfAllItsPaths(count: Int, classes: Int) {
        let steps = steps(count, classes: classes, seed: UInt64(10 * count + classes))
        let scores = CTCScores(logProbabilities: steps.map { $0.map { Float(log($0)) } })
        let lines = Dictionary(grouping: paths(steps), by: \.line)
        for (line, ways) in lines {
            let expected = log(ways.reduce(0) { $0 + $1.probability })
            #expect(abs(Double(scores.logProbability(of: line)) - expected) < 1e-4, "\(line)")
        }
        let tooLong = [Int](repeating: 1, count: count + 1)
        #expect(scores.logProbability(of: tooLong) == -.infinity)
        // Equal neighbours need a blank between them.
        #expect(count < 2 || scores.logProbability(of: Array(tooLong.dropLast())) == -.infinity)
    }

    @Test func theBestPathDropsBlanksAndRepeats() {
        let path = [0, 2, 2, 0, 2, 1, 1, 0, 0]
        let steps = path.map { best in (0..<3).map { $0 == best ? Float(-0.1) : -3 } }
        #expect(CTCScores(logProbabilities: steps).bestPath == [2, 2, 1])
        #expect(CTCScores(logProbabilities: []).bestPath.isEmpty)
        #expect(CTCScores(logProbabilities: []).logProbability(of: []) == 0)
    }

    @Test(arguments: [
        ("", ""), ("abc", "abc"), ("abc", ""), ("", "abc"), ("abc", "axc"), ("abcd", "bcde"),
        ("Invoice 1284", "lnvoice 1234"),
        ("kitten", "sitting"), ("aaaa", "aa"),
    ])
    func aDifferenceHasTheFewestEditsAndBothLines(one: String, other: String) {
        let (one, other) = (one.unicodeScalars.map { Int($0.value) }, other.unicodeScalars.map { Int($0.value) })
        let pieces = LineDifference(one, other).pieces
        #expect(pieces.flatMap(\.one) == one && pieces.flatMap(\.other) == other)
        let edits = pieces.filter { $0.one != $0.other }.reduce(0) { $0 + max($1.one.count, $1.other.count) }
        #expect(edits == distance(one, other))
        for (piece, next) in zip(pieces, pieces.dropFirst()) {
            #expect((piece.one == piece.other) != (next.one == next.other), "pieces are as long as they can be")
        }
    }

    /// Edits between two lines, one row of the table at a time.
    private func distance(_ one: [Int], _ other: [Int]) -> Int {
        var row = Array(0...other.count)
        for (i, left) in one.enumerated() {
            var next = [i + 1]
            for (j, right) in other.enumerated() {
                next.append(min(row[j] + (left == right ? 0 : 1), row[j + 1] + 1, next[j] + 1))
            }
            row = next
        }
        return row[other.count]
    }

    @Test func fewPlacesAreMixedInEveryWayAndManyOneByOne() {
        let two = JointDecoding.mixtures(of: [1, 2, 3, 4, 5], and: [1, 9, 3, 4])
        #expect(two == [[1, 2, 3, 4, 5], [1, 9, 3, 4, 5], [1, 2, 3, 4], [1, 9, 3, 4]])
        let one = Array(stride(from: 0, to: 20, by: 1))
        let other = one.map { $0 % 2 == 1 ? 100 + $0 : $0 }
        let many = JointDecoding.mixtures(of: one, and: other)
        #expect(many.count == 12 && many.first == one && many.last == other)
        #expect(many.dropFirst().dropLast().allSatisfy { zip($0, one).count { $0 != $1 } == 1 })
        #expect(JointDecoding.mixtures(of: one, and: one) == [one])
    }

    private func request(_ image: PixelImage, joint: Bool = true) -> GenerationRequest {
        var request = GenerationRequest(parts: [.image(image), .text("Transcribe.")])
        request.splitsImages = false
        request.maximumTokens = 64
        request.decodesJointly = joint
        return request
    }

    private func tile() throws -> PixelImage {
        let golden = try GoldenTensors(GoldenModel.goldenFolder.appending(path: "glyphs/reader.safetensors"))
        let gray = golden.bytes("pixels")
        return PixelImage(width: gray.count / 28, height: 28, pixels: gray.flatMap { [$0, $0, $0] })
    }

    /// The tile paler and with noise over all of it, so that it can hardly be read.
    private func worn(_ seed: UInt64) throws -> PixelImage {
        let tile = try tile()
        var state = seed
        let gray = stride(from: 0, to: tile.pixels.count, by: 3).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(clamping: Int(tile.pixels[index]) / 2 + 90 + Int(state >> 56) - 128)
        }
        return PixelImage(width: tile.width, height: tile.height, pixels: gray.flatMap { [$0, $0, $0] })
    }

    @Test func theReaderSpellsWhatPyTorchSpells() async throws {
        let golden = try GoldenTensors(GoldenModel.goldenFolder.appending(path: "glyphs/reader.safetensors"))
        let engine = try InferenceEngine(folder: Self.reader, threads: 1)
        let trace = try await engine.trace(request(tile()))
        let scores = try #require(trace.ctcScores.first)
        let expected = golden.floats("ctc_log_probabilities")
        #expect(scores.logProbabilities.count == 144 && expected.count == 144 * 218)
        for (found, value) in zip(scores.logProbabilities.joined(), expected) where value > -12 {
            #expect(abs(found - value) < 2e-3)
        }
        let lines = golden.integers("ctc_lines").split(separator: -1).map { Array($0) }
        for (line, value) in zip(lines, golden.floats("ctc_line_log_probabilities")) {
            #expect(abs(scores.logProbability(of: line) - value) < 1e-2 * max(1, abs(value)), "\(line)")
        }
        #expect(scores.bestPath == lines[0])
    }

    /// Whatever is answered is the likeliest of the mixtures, by both scores computed apart from the decoding.
    @Test func theLikeliestMixtureIsAnswered() async throws {
        let engine = try InferenceEngine(folder: Self.reader, threads: 2)
        let tiles = try (0..<24).map { try worn($0 + 1) }
        let alone = try await engine.generate(tiles.map { request($0, joint: false) })
        let joint = try await engine.generate(tiles.map { request($0) })
        var revised = 0
        for (place, tile) in tiles.enumerated() where alone[place].stopReason == .endOfSequence {
            let end = try #require(alone[place].tokenIDs.last)
            let trace = try await engine.trace(request(tile))
            let scores = try #require(trace.ctcScores.first)
            let written = alone[place].tokenIDs.dropLast().map { $0 - 258 }
            guard written.allSatisfy({ $0 > 0 && $0 < 218 }) else { continue }
            func whole(_ labels: [Int]) async throws -> Float {
                let tokens = labels.map { $0 + 258 } + [end]
                let logits = try await engine.trace(
                    inputIDs: trace.inputIDs + tokens,
                    pixelValues: engine.views(of: request(tile))
                )
                .logits
                var sum: Float = 0
                for (index, token) in tokens.enumerated() {
                    let row = (trace.inputIDs.count + index - 1) * logits.shape[1]
                    let values = logits.elements[row..<row + logits.shape[1]]
                    let largest = values.max() ?? 0
                    let total = values.reduce(0) { $0 + exp($1 - largest) }
                    sum += logits.elements[row + token] - largest - log(total)
                }
                return sum + JointDecoding.weight * scores.logProbability(of: labels)
            }
            var best = (score: -Float.infinity, labels: [Int]())
            for labels in JointDecoding.mixtures(of: written, and: scores.bestPath) {
                let score = try await whole(labels)
                if score > best.score { best = (score, labels) }
            }
            let found = joint[place].tokenIDs.dropLast().map { $0 - 258 }
            let difference = try await abs(whole(found) - best.score)
            #expect(difference < 1e-2, "tile \(place)")
            let tokenizer = try Tokenizer(folder: Self.reader)
            #expect(joint[place].text == tokenizer.decode(joint[place].tokenIDs))
            #expect(joint[place].logProbabilities.count == joint[place].tokenIDs.count)
            if joint[place].tokenIDs != alone[place].tokenIDs { revised += 1 }
        }
        #expect(revised > 0, "some tile is read better together")
    }

    @Test func whereTheHeadsAgreeNothingChanges() async throws {
        let engine = try InferenceEngine(folder: Self.reader, threads: 1)
        let (alone, joint) = (
            try await engine.generate([request(tile(), joint: false)]), try await engine.generate([request(tile())])
        )
        #expect(alone[0].tokenIDs == joint[0].tokenIDs && alone[0].logProbabilities == joint[0].logProbabilities)
        #expect(joint[0].text == "Total due: 1,234.50 EUR")
    }

    @Test func withoutTheHeadItIsRefused() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let path = folder.url.path(percentEncoded: false)
        await #expect(throws: VLMError.noJointDecoding(path: path, views: nil)) {
            try await engine.generate([request(tile())])
        }
    }

    @Test func severalViewsAreRefused() async throws {
        let engine = try InferenceEngine(folder: Self.reader, threads: 1)
        var two = request(try tile())
        two.parts.insert(.image(try tile()), at: 0)
        await #expect {
            try await engine.generate([two])
        } throws: { error in
            guard case .noJointDecoding(_, 2)? = error as? VLMError else { return false }
            return "\(error)".contains("the prompt has 2")
        }
    }

    private static let declared = ["slots": 2, "classes": 90, "first_token": 259]

    @Test func weightsThatAreNoNumbersAreNoticed() async throws {
        let folder = try TinyModel.write(ctcHead: Self.declared)
        let file = folder.url.appending(path: "model.safetensors")
        let head = try #require(try SafetensorsFile(file).entries["recto.ctc_head.bias"])
        var bytes = try Data(contentsOf: file)
        for byte in head.bytes.prefix(4) { bytes[byte] = 0xFF }
        try bytes.write(to: file)
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        await #expect(throws: VLMError.notFinite(path: folder.url.path(percentEncoded: false))) {
            try await engine.trace(request(tile()))
        }
    }

    @Test(arguments: [("classes", TinyModel.vocabulary), ("slots", 0), ("first_token", 300)])
    func impossibleSizesAreRefused(name: String, value: Int) throws {
        var declared = Self.declared
        declared[name] = value
        let folder = try TinyModel.write(ctcHead: declared)
        #expect {
            try InferenceEngine(folder: folder.url, threads: 1)
        } throws: { error in
            (error as? VLMError)?.code == "model.configuration-malformed"
        }
    }

    @Test func aDeclarationWithoutTensorsIsRefused() throws {
        let folder = try TinyModel.write(leavingOut: "recto.ctc_head.weight", ctcHead: Self.declared)
        let path = folder.url.appending(path: "model.safetensors").path(percentEncoded: false)
        #expect(throws: VLMError.missingTensor(path: path, tensor: "recto.ctc_head.weight")) {
            try InferenceEngine(folder: folder.url, threads: 1)
        }
    }
}
