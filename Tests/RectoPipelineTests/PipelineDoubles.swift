import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoVLM
import Synchronization

/// What went wrong on purpose.
struct PlannedError: RectoError, Equatable {
    var code = "page.planned"
    var category = FailureCategory.document
    var facts: [String: String] = [:]
    var description = "This page fails on purpose."
}

/// Gives white pages with one black block, and counts what it was asked.
final class SyntheticRasterizer: PageRasterizer {
    struct Counts: Sendable {
        var rendered: [Int] = []
        var attempts: [Int: Int] = [:]
    }

    let pages: Int
    let counts = Mutex(Counts())
    private let failing: @Sendable (Int, Int) -> (any Error)?

    /// `failing` takes page and attempt, counted from 1, and gives the error to throw.
    init(pages: Int, failing: @escaping @Sendable (Int, Int) -> (any Error)? = { _, _ in nil }) {
        self.pages = pages
        self.failing = failing
    }

    func inspect(_ document: URL) async throws -> DocumentSummary { DocumentSummary(pageCount: pages) }

    func rasterize(_ page: PageNumber, of document: URL, dpi: Double) async throws -> RasterizedPage {
        let attempt = counts.withLock { counts in
            counts.attempts[page.value, default: 0] += 1
            return counts.attempts[page.value, default: 0]
        }
        if let error = failing(page.value, attempt) { throw error }
        counts.withLock { $0.rendered.append(page.value) }
        var pixels = [UInt8](repeating: 255, count: 60 * 80 * 3)
        for index in 3000..<6000 { pixels[index] = 0 }
        return RasterizedPage(
            page: page,
            size: PageSize(width: 60, height: 80),
            image: PixelImage(width: 60, height: 80, pixels: pixels),
            dpi: dpi,
            words: [TextLayerWord(text: "\(page.value).00", box: Box(x0: 10, y0: 10, x1: 30, y1: 20))]
        )
    }
}

/// Answers every question with the number of the request, or holds until it is let go.
final class CountingModel: VisionLanguageModel {
    let description: ModelDescription
    let requests = Mutex(0)
    /// Of every request how many images it has and whether they are to be split.
    let images = Mutex<[Images]>([])
    private let answer: @Sendable (Int) async throws -> String

    struct Images: Hashable, Sendable {
        var count: Int
        var splits: Bool?
        /// Whether nothing of them may be cropped away, as it is for pages.
        var keepsEdges = true
    }

    init(
        family: String = "double",
        answer: @escaping @Sendable (Int) async throws -> String = { _ in "1.00" }
    ) {
        description = ModelDescription(name: "double", family: family, digest: "d1", weights: "none")
        self.answer = answer
    }

    func generate(_ requests: [GenerationRequest]) async throws -> [Generation] {
        var answers: [Generation] = []
        for request in requests {
            let number = self.requests.withLock { count in
                count += 1
                return count
            }
            let count = request.parts.count { part in if case .image = part { true } else { false } }
            let (splits, keepsEdges) = (request.splitsImages, request.keepsImageEdges)
            images.withLock { $0.append(Images(count: count, splits: splits, keepsEdges: keepsEdges)) }
            let text = try await answer(number)
            answers.append(
                Generation(
                    text: text,
                    tokenIDs: [1],
                    logProbabilities: [-0.1],
                    stopReason: .endOfSequence,
                    promptTokenCount: request.parts.count
                )
            )
        }
        return answers
    }
}

/// One model under one name.
struct SingleModel: ModelProvider {
    let model: any VisionLanguageModel

    func model(named name: String) async throws -> any VisionLanguageModel {
        guard name == "default" else { throw PipelineError.unknownModel(name: name, known: ["default"]) }
        return model
    }
}

/// Keeps pages in memory.
final class MemoryCheckpoints: PageCheckpointStore {
    let saved = Mutex<[String: Data]>([:])

    func result(for key: String) async -> Data? { saved.withLock { $0[key] } }

    func save(_ result: Data, for key: String) async throws { saved.withLock { $0[key] = result } }
}

/// A clock whose sleepers wake only when the test says so.
final class ManualClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    let wakes: Bool

    /// `wakes` says whether a sleep ends at once, as if its time had come, or never.
    init(wakes: Bool) { self.wakes = wakes }

    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        if wakes { return }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in stream {}
        withExtendedLifetime(continuation) {}
        throw CancellationError()
    }
}
