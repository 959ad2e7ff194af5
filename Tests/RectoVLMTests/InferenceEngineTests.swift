import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Synchronization
import Testing

/// The engine on a tiny random model: batches, streaming, limits, and folders that cannot be run.
struct InferenceEngineTests {
    private func request(_ text: String, images: [PixelImage] = [], tokens: Int = 24) -> GenerationRequest {
        var request = GenerationRequest(parts: images.map { .image($0) } + [.text(text)])
        request.template = .raw
        request.maximumTokens = tokens
        return request
    }

    /// Requests of different lengths, sizes and numbers of images, some sampled.
    private func requests() -> [GenerationRequest] {
        var requests: [GenerationRequest] = []
        for index in 0..<12 {
            let images = (0..<index % 3).map {
                GoldenModel.synthetic(height: 28 + 9 * index, width: 30 + 5 * $0, seed: index)
            }
            requests.append(request(String(repeating: "the inn ", count: index), images: images))
            requests[index].temperature = index % 4 == 3 ? 0.8 : 0
            requests[index].seed = UInt64(index)
            requests[index].splitsImages = index % 5 == 2
            requests[index].maximumTokens = 5 + 3 * index
        }
        return requests
    }

    @Test(arguments: [WeightType.float32, .bfloat16])
    func questionsAboutOnePageReadItsTokensOnce(_ weights: WeightType) async throws {
        let folder = try TinyModel.write()
        let page = GoldenModel.synthetic(height: 90, width: 61, seed: 4)
        let other = GoldenModel.synthetic(height: 90, width: 61, seed: 5)
        let preamble = String(repeating: "on this page the inn ", count: 4)
        let questions = ["is open", "is closed on a day", "has", "is"].map { request(preamble + $0, images: [page]) }
        let requests = questions + [request(preamble + "is open", images: [other]), request("the inn")]
        let together = try await InferenceEngine(folder: folder.url, threads: 2, weights: weights).generate(requests)
        let engine = try InferenceEngine(folder: folder.url, threads: 2, weights: weights)
        for (request, answer) in zip(requests, together) {
            let alone = try await engine.generate([request])[0]
            #expect(answer.tokenIDs == alone.tokenIDs)
            #expect(alone.reusedPromptTokenCount == 0)
        }
        let reused = together.map(\.reusedPromptTokenCount)
        #expect(reused[0] > 32 && Set(reused[..<4]).count == 1, "\(reused)")
        #expect(together[..<4].allSatisfy { $0.reusedPromptTokenCount < $0.promptTokenCount })
        #expect(reused[4...] == [0, 0], "another page, and no page")
    }

    @Test func specialTokensStayWhereTheyAreAskedFor() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let tokenizer = try Tokenizer(folder: folder.url)
        var held = 0
        for seed in 0..<20 {
            var kept = request("the inn", tokens: 40)
            (kept.temperature, kept.seed, kept.keepsSpecialTokens) = (3, UInt64(seed), true)
            var plain = kept
            plain.keepsSpecialTokens = false
            let answers = try await engine.generate([kept, plain])
            #expect(answers[0].tokenIDs == answers[1].tokenIDs)
            let ended = answers[0].stopReason == .endOfSequence
            let ids = ended ? Array(answers[0].tokenIDs.dropLast()) : answers[0].tokenIDs
            #expect(answers[0].text == tokenizer.decode(ids, skipsSpecialTokens: false))
            #expect(answers[1].text == tokenizer.decode(ids))
            if answers[0].text != answers[1].text { held += 1 }
        }
        #expect(held > 0, "no special token was ever written, so nothing was tried")
    }

    @Test func aBatchGivesEveryRequestTheAnswerThatItGetsAlone() async throws {
        let folder = try TinyModel.write()
        let requests = requests()
        let together = try await InferenceEngine(folder: folder.url, threads: 2).generate(requests)
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        for (index, request) in requests.enumerated() {
            let alone = try await engine.generate([request])[0]
            #expect(together[index].tokenIDs == alone.tokenIDs, "request \(index)")
            #expect(together[index].text == alone.text)
            #expect(together[index].stopReason == alone.stopReason)
            #expect(together[index].promptTokenCount == alone.promptTokenCount)
            for (first, second) in zip(together[index].logProbabilities, alone.logProbabilities) {
                #expect(abs(first - second) < 1e-3)
                #expect(first <= 0)
            }
        }
        #expect(Set(together.map(\.tokenIDs)).count > 6, "the requests differ")
    }

    @Test func questionsAboutAKnownImageAreAnsweredAsIfItWereNew() async throws {
        let folder = try TinyModel.write()
        let image = GoldenModel.synthetic(height: 50, width: 90, seed: 3)
        let questions = ["the inn", "on the", "a"].map { request($0, images: [image], tokens: 12) }
        var split = questions[0]
        split.splitsImages = true
        let engine = try InferenceEngine(folder: folder.url, threads: 2)
        let first = try await engine.generate(questions + [split])
        let again = try await engine.generate(questions + [split])
        #expect(first.map(\.tokenIDs) == again.map(\.tokenIDs))
        for (index, question) in (questions + [split]).enumerated() {
            let fresh = try await InferenceEngine(folder: folder.url, threads: 1).generate([question])[0]
            #expect(fresh.tokenIDs == again[index].tokenIDs, "question \(index)")
        }
        #expect(first[3].promptTokenCount > first[0].promptTokenCount)
    }

    @Test func theCachedDecodeFollowsFromTheLogitsOfTheWholeSequence() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 2)
        var asked = request("the inn", tokens: 30)
        asked.ignoresEndTokens = true
        let answer = try await engine.generate([asked])[0]
        let prompt = try await engine.trace(asked).inputIDs
        let whole = try await engine.trace(inputIDs: prompt + answer.tokenIDs, pixelValues: []).logits
        for (index, token) in answer.tokenIDs.enumerated() {
            let start = (prompt.count - 1 + index) * TinyModel.vocabulary
            var row = Array(whole.elements[start..<start + TinyModel.vocabulary])
            let total = log(row.reduce(0.0) { $0 + exp(Double($1)) })
            #expect(abs(Double(row[token]) - total - Double(answer.logProbabilities[index])) < 1e-3)
            for forbidden in [365, 366] { row[forbidden] = -.infinity }
            #expect(row[token] == row.max())
        }
        #expect(prompt.count + 30 > 2 * 12, "longer than the sliding window")
    }

    @Test func sixteenBitWeightsInPlaceGiveWhatWidenedOnesGive() async throws {
        for name in ["tied-bfloat16-sharded", "full-grid-a4-float16"] {
            let golden = try GoldenModel(name)
            let request = try golden.request()
            let widened = try await InferenceEngine(folder: golden.folder, threads: 2).trace(request)
            let mapped = try await InferenceEngine(folder: golden.folder, threads: 2, widenedBytes: 0).trace(request)
            let largest = widened.logits.elements.map(abs).max() ?? 0
            for (first, second) in zip(widened.logits.elements, mapped.logits.elements) {
                #expect(abs(first - second) <= 1e-4 * largest)
            }
        }
    }

    @Test func streamedPiecesJoinToTheText() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let pieces = Mutex<[String]>([])
        var asked = request("the inn", images: [GoldenModel.synthetic(height: 40, width: 50, seed: 1)], tokens: 40)
        asked.ignoresEndTokens = true
        let answer = try await engine.generate(asked) { piece in pieces.withLock { $0.append(piece) } }
        #expect(pieces.withLock { $0.joined() } == answer.text)
        #expect(pieces.withLock { $0.count } > 3)
    }

    @Test func textEndsBeforeAStopString() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        var asked = request("the inn", tokens: 40)
        let whole = try await engine.generate([asked])[0]
        let middle = whole.text.index(whole.text.startIndex, offsetBy: whole.text.count / 2)
        let stop = String(whole.text[middle...].prefix(2))
        asked.stopStrings = ["never said", stop]
        let cut = try await engine.generate([asked])[0]
        #expect(cut.stopReason == .stopString)
        #expect(!stop.isEmpty && !cut.text.contains(stop))
        #expect(whole.text.hasPrefix(cut.text + stop))
        #expect(cut.tokenIDs.count < whole.tokenIDs.count)
    }

    @Test func limitsOfTokensAndPositionsAreKept() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let none = try await engine.generate([request("the inn", tokens: 0)])[0]
        #expect(none.tokenIDs.isEmpty && none.text.isEmpty && none.stopReason == .maximumTokens)
        var long = request("the inn", tokens: 10_000)
        long.ignoresEndTokens = true
        let filled = try await engine.generate([long])[0]
        #expect(filled.promptTokenCount + filled.tokenIDs.count == 257, "the last token needs no position")
        await #expect {
            try await engine.generate([request(String(repeating: "the ", count: 400))])
        } throws: { error in
            guard case .promptTooLong(_, limit: 256)? = error as? VLMError else { return false }
            return true
        }
        #expect(try await engine.generate([]).isEmpty)
    }

    @Test func aCancelledTaskStopsGenerating() async throws {
        let folder = try TinyModel.write { configuration in
            var text = configuration["text_config"] as? [String: Any] ?? [:]
            text["max_position_embeddings"] = 1_000_000
            configuration["text_config"] = text
        }
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        var endless = request("the inn", tokens: 1_000_000)
        endless.ignoresEndTokens = true
        let (started, continuation) = AsyncStream<Void>.makeStream()
        let task = Task { [endless] in
            try await engine.generate(endless) { _ in continuation.yield() }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func imagesAndImageTokensMustAgree() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let view = PixelValues(height: 14, width: 28, values: [Float](repeating: 0.5, count: 3 * 14 * 28))
        let places = [Int](repeating: 366, count: TinyModel.latents)
        let trace = try await engine.trace(inputIDs: [1] + places + [5], pixelValues: [view])
        #expect(trace.imageFeatures.map(\.shape) == [[TinyModel.latents, TinyModel.hidden]])
        #expect(trace.visionOutput.map(\.shape) == [[2, 16]])
        #expect(trace.logits.shape == [TinyModel.latents + 2, TinyModel.vocabulary])
        await #expect(throws: VLMError.imageTokenCount(expected: 5, found: 4)) {
            try await engine.trace(inputIDs: [1] + places.dropLast(), pixelValues: [view])
        }
        await #expect(throws: VLMError.imageTokenCount(expected: 0, found: 5)) {
            try await engine.trace(inputIDs: places, pixelValues: [])
        }
        await #expect(throws: VLMError.tokenOutOfRange(id: 368, vocabularySize: 368)) {
            try await engine.trace(inputIDs: [1, 368], pixelValues: [])
        }
        await #expect(throws: VLMError.emptyPrompt) { try await engine.trace(inputIDs: [], pixelValues: []) }
        let small = PixelValues(height: 13, width: 200, values: [Float](repeating: 0, count: 3 * 13 * 200))
        await #expect(throws: VLMError.viewTooSmall(width: 200, height: 13, patchSize: 14)) {
            try await engine.trace(inputIDs: places, pixelValues: [small])
        }
    }

    @Test func aTraceIsWrittenAsSafetensors() async throws {
        let folder = try TinyModel.write()
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        let trace = try await engine.trace(
            request("the inn", images: [GoldenModel.synthetic(height: 40, width: 50, seed: 1)])
        )
        let file = folder.url.appending(path: "trace.safetensors")
        try trace.write(to: file)
        let entries = try SafetensorsFile(file).entries
        #expect(
            entries.keys.sorted() == [
                "image_features.0", "input_ids", "logits", "pixel_values.0", "vision_output.0",
            ]
        )
        #expect(entries["input_ids"]?.elementType == "I64")
        #expect(entries["logits"]?.shape == [trace.inputIDs.count, TinyModel.vocabulary])
        #expect(throws: VLMError.self) { try trace.write(to: folder.url.appending(path: "no/such/folder")) }
    }

    @Test func theDigestChangesWithTheWeightsAndNotWithThePlace() throws {
        let (first, second) = (try TinyModel.write(), try TinyModel.write())
        func digest(_ folder: TemporaryFolder) throws -> String {
            try InferenceEngine(folder: folder.url, threads: 1).description.digest
        }
        let before = try digest(first)
        #expect(before.count == 64)
        #expect(try digest(second) == before)
        let file = second.url.appending(path: "model.safetensors")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 20] ^= 1
        try bytes.write(to: file)
        #expect(try digest(second) != before)
    }

    @Test func foldersThatCannotBeRunSayWhy() throws {
        func failure(_ folder: TemporaryFolder) -> VLMError? {
            do {
                _ = try InferenceEngine(folder: folder.url, threads: 1)
                return nil
            } catch {
                return error as? VLMError
            }
        }
        let missing = try TinyModel.write(leavingOut: "model.text_model.layers.1.mlp.up_proj.weight")
        #expect(
            failure(missing)
                == .missingTensor(
                    path: missing.url.appending(path: "model.safetensors").path(percentEncoded: false),
                    tensor: "model.text_model.layers.1.mlp.up_proj.weight"
                )
        )
        let family = try TinyModel.write { $0["model_type"] = "gemma" }
        #expect(failure(family)?.code == "model.family-unknown")
        let quantized = try TinyModel.write { $0["quantization_config"] = ["bits": 4] }
        #expect(failure(quantized)?.code == "model.setting-unsupported")
        let latents = try TinyModel.write { $0["perceiver_config"] = ["resampler_n_latents": 6] }
        #expect(failure(latents)?.code == "model.tensor-shape")
        let relu = try TinyModel.write { $0["vision_config"] = ["hidden_act": "relu"] }
        #expect(failure(relu)?.code == "model.setting-unsupported")
        let empty = try TemporaryFolder()
        #expect(failure(empty)?.code == "model.not-a-checkpoint")
    }

    @Test func weightsThatDoNotFitIntoMemoryAreRefusedBeforeTheyAreLoaded() throws {
        let folder = try TinyModel.write()
        let file = folder.url.appending(path: "model.safetensors")
        // A terabyte that takes no space on the disk: a header, and a hole behind it.
        let size = 1 << 40
        let header = "{\"huge\":{\"dtype\":\"F32\",\"shape\":[\(size / 4)],\"data_offsets\":[0,\(size)]}}"
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        try Data(length + Array(header.utf8)).write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: UInt64(8 + header.utf8.count + size))
        try handle.close()
        #expect { try InferenceEngine(folder: folder.url, threads: 1) } throws: { error in
            guard case .insufficientMemory(_, let needed, let free)? = error as? VLMError else { return false }
            return needed > size && free > 0 && free < size
        }
    }

    @Test func weightsThatAreNoNumbersAreNoticed() async throws {
        let folder = try TinyModel.write()
        let file = folder.url.appending(path: "model.safetensors")
        let entries = try SafetensorsFile(file).entries
        let norm = try #require(entries["model.text_model.norm.weight"])
        var bytes = try Data(contentsOf: file)
        for byte in norm.bytes.prefix(4) { bytes[byte] = 0xFF }
        try bytes.write(to: file)
        let engine = try InferenceEngine(folder: folder.url, threads: 1)
        await #expect(throws: VLMError.notFinite(path: folder.url.path(percentEncoded: false))) {
            try await engine.generate([request("the inn")])
        }
    }
}
