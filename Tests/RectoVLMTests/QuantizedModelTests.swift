import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Checkpoints of reduced precision: near the reference, and the same from a written folder as when packed at load.
struct QuantizedModelTests {
    static let models = [
        "grouped-odd-view", "split-two-images-upscaled", "sliding-window-two-images", "llama-tied",
        "idefics3-places-llama3", "smolvlm-plain-linear", "smolvlm-whole-float16", "llava-clip",
        "llava-clip-full-layers", "mantis-clip-images", "mantis-siglip-dropped", "idefics-no-image",
        "idefics-one-image", "idefics-vector-gates",
    ]

    private func error(_ found: ModelTrace, from expected: [Float]) -> Float {
        let largest = expected.map(abs).max() ?? 0
        return (zip(found.logits.elements, expected).map { abs($0 - $1) }.max() ?? .infinity) / largest
    }

    /// Tiny random networks magnify every rounding; what is wrong rather than rounded is off by the whole.
    @Test(arguments: models, [(WeightType.bfloat16, Float(0.12)), (.q8Group32, 0.4)])
    func logitsOfRandomNetworksAreNearTheReference(_ name: String, limit: (WeightType, Float)) async throws {
        let golden = try GoldenModel(name)
        let trace = try await InferenceEngine(folder: golden.folder, threads: 2, weights: limit.0)
            .trace(golden.request())
        #expect(error(trace, from: golden.floats("logits")) < limit.1)
    }

    @Test(arguments: [(WeightType.bfloat16, Float(2e-2)), (.q8Group32, 3e-2)])
    func logitsOfTheShippedReaderAreNearSinglePrecision(type: WeightType, limit: Float) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/RectoReader/Resources/reader").standardizedFileURL
        // Strokes of three heights on white paper, as in a line of print.
        let (width, height) = (224, 28)
        var pixels = [UInt8](repeating: 250, count: width * height * 3)
        for x in 8..<216 where x % 9 < 3 {
            for y in (x / 9 % 3 == 0 ? 4 : 10)..<22 {
                for channel in 0..<3 { pixels[3 * (y * width + x) + channel] = 20 }
            }
        }
        let image = PixelImage(width: width, height: height, pixels: pixels)
        let request = GenerationRequest(parts: [.image(image), .text("Transcribe the text.")])
        let exact = try await InferenceEngine(folder: folder, threads: 2, weights: .float32).trace(request)
        let found = try await InferenceEngine(folder: folder, threads: 2, weights: type).trace(request)
        #expect(error(found, from: exact.logits.elements) < limit)
    }

    @Test(arguments: [WeightType.bfloat16, .q8Group32, .q4MinimumGroup32, .q4Group32])
    func aWrittenFolderComputesWhatPackingAtLoadComputes(_ type: WeightType) async throws {
        let folder = try TemporaryFolder()
        for name in [
            "grouped-odd-view", "tied-bfloat16-sharded", "idefics3-places-llama3", "smolvlm-whole-float16",
            "llava-clip",
            "mantis-siglip-dropped", "idefics-resampler", "idefics-one-image",
        ] {
            let golden = try GoldenModel(name)
            let output = folder.url.appending(path: "\(name)-\(type.rawValue)")
            let (before, after) = try ModelQuantizer(folder: golden.folder, weights: type, threads: 2).write(to: output)
            #expect(before > 0 && after > 0)
            let written = try InferenceEngine(folder: output, threads: 2)
            #expect(written.description.weights == type.rawValue)
            let packed = try InferenceEngine(folder: golden.folder, threads: 2, weights: type)
            let request = try golden.request()
            let (first, second) = (try await written.trace(request), try await packed.trace(request))
            #expect(first.logits == second.logits)
            #expect(first.imageFeatures == second.imageFeatures)
        }
    }

    @Test func quantizedFoldersRefuseOtherTypesAndOverwriting() throws {
        let folder = try TemporaryFolder()
        let golden = try GoldenModel("llama-tied")
        let output = folder.url.appending(path: "q8")
        _ = try ModelQuantizer(folder: golden.folder, weights: .q8Group32, threads: 1).write(to: output)
        let again = #expect(throws: VLMError.self) {
            try ModelQuantizer(folder: golden.folder, weights: .q8Group32, threads: 1).write(to: output)
        }
        #expect(again?.code == "model.unwritable")
        let other = #expect(throws: VLMError.self) {
            try InferenceEngine(folder: output, threads: 1, weights: .bfloat16)
        }
        #expect(other?.code == "model.quantized-already")
    }

    @Test func answersOfSeveralPromptsTogetherAreThoseOfEachAlone() async throws {
        let golden = try GoldenModel("llama-tied")
        let engine = try InferenceEngine(folder: golden.folder, threads: 2, weights: .q8Group32)
        var requests = [try golden.request()]
        for _ in 0..<4 { requests.append(try golden.request()) }
        for index in requests.indices { requests[index].maximumTokens = 8 + index }
        let together = try await engine.generate(requests)
        for (request, answer) in zip(requests, together) {
            #expect(try await engine.generate([request])[0].tokenIDs == answer.tokenIDs)
        }
    }
}
