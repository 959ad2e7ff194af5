import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoTestSupport
import RectoVLM
import Synchronization
import Testing

struct PipelineRunnerTests {
    private let folder: TemporaryFolder
    private let document: SourceDocument

    init() throws {
        folder = try TemporaryFolder()
        document = SourceDocument(file: try folder.write(Array("a document".utf8), as: "a.pdf"), path: "in/a.pdf")
    }

    private func runner(
        _ text: String = PipelineFixture.text,
        rasterizer: any PageRasterizer,
        model: CountingModel = CountingModel(),
        checkpoints: (any PageCheckpointStore)? = nil,
        clock: any Clock<Duration> = ManualClock(wakes: false)
    ) throws -> PipelineRunner {
        PipelineRunner(
            graph: try PipelineFixture.graph(text),
            environment: PipelineEnvironment(
                rasterizer: rasterizer,
                models: SingleModel(model: model),
                checkpoints: checkpoints,
                clock: clock,
                now: { Date(timeIntervalSince1970: 0) }
            )
        )
    }

    @Test func everyPageIsReadOnceAndTheValueIsGrounded() async throws {
        let rasterizer = SyntheticRasterizer(pages: 5)
        let outcome = try await runner(rasterizer: rasterizer).run(document)
        #expect(outcome.record.status == .complete)
        #expect(outcome.failure == nil)
        #expect(outcome.record.pages.map(\.page.value) == [1, 2, 3, 4, 5])
        #expect(rasterizer.counts.withLock { $0.rendered.sorted() } == [1, 2, 3, 4, 5])
        #expect(outcome.record.fields["total"] == .string("1.00"))
        let evidence = outcome.record.grounding.first?.evidence.first
        #expect(evidence?.page == PageNumber(1))
        #expect(evidence?.match == .exact)
        #expect(evidence?.box == Box(x0: 10, y0: 10, x1: 30, y1: 20))
    }

    @Test func aFailedPageCostsOnlyItself() async throws {
        let rasterizer = SyntheticRasterizer(pages: 4) { page, _ in page == 3 ? PlannedError() : nil }
        let record = try await runner(rasterizer: rasterizer).run(document).record
        #expect(record.status == .partial)
        #expect(record.pages.map(\.status) == [.complete, .complete, .failed, .complete])
        #expect(record.pages[2].error?.code == "page.planned")
        #expect(record.pages[2].error?.stage == "pages")
        #expect(record.errors.map(\.page) == [PageNumber(3)])
    }

    @Test func aSkippedPageIsSkippedWithItsError() async throws {
        let text = PipelineFixture.text.replacing("dpi: 100", with: "dpi: 100, on-error: skip")
        let rasterizer = SyntheticRasterizer(pages: 2) { page, _ in page == 1 ? PlannedError() : nil }
        let record = try await runner(text, rasterizer: rasterizer).run(document).record
        #expect(record.pages.map(\.status) == [.skipped, .complete])
        #expect(record.pages[0].error?.code == "page.planned")
        #expect(record.status == .partial)
    }

    @Test func aRetryTakesTheSecondAttempt() async throws {
        let text = PipelineFixture.text.replacing("dpi: 100", with: "dpi: 100, retry: 2")
        let rasterizer = SyntheticRasterizer(pages: 1) { _, attempt in attempt < 3 ? PlannedError() : nil }
        let record = try await runner(text, rasterizer: rasterizer).run(document).record
        #expect(record.status == .complete)
        #expect(rasterizer.counts.withLock { $0.attempts } == [1: 3])
    }

    @Test func aFallbackTakesAnotherStagesOutput() async throws {
        let text = PipelineFixture.text
            .replacing(
                "dpi: 100}",
                with: "dpi: 100, on-error: {fallback: coarse}}\n  coarse: {use: rasterize, dpi: 50}"
            )
        let rasterizer = SyntheticRasterizer(pages: 1) { _, attempt in attempt == 1 ? PlannedError() : nil }
        let record = try await runner(text, rasterizer: rasterizer).run(document).record
        #expect(record.status == .complete)
        #expect(record.fields["total"] == .string("1.00"))
    }

    @Test func aStageThatTakesTooLongFailsItsPage() async throws {
        let text = PipelineFixture.text.replacing("from: tiles, schema", with: "from: tiles, timeout: 5s, schema")
        let model = CountingModel { _ in
            try await ManualClock(wakes: false).sleep(until: .init(offset: .seconds(1)), tolerance: nil)
            return "late"
        }
        let runner = try runner(
            text,
            rasterizer: SyntheticRasterizer(pages: 1),
            model: model,
            clock: ManualClock(wakes: true)
        )
        let outcome = try await runner.run(document)
        #expect(outcome.record.status == .failed)
        #expect(outcome.record.pages[0].error?.code == "stage.timed-out")
        #expect(outcome.failure?.category == .environment)
    }

    @Test func finishedPagesAreNotReadAgain() async throws {
        let checkpoints = MemoryCheckpoints()
        let first = SyntheticRasterizer(pages: 4) { page, _ in page == 4 ? PlannedError() : nil }
        let partial = try await runner(rasterizer: first, checkpoints: checkpoints).run(document).record
        #expect(partial.status == .partial)
        #expect(checkpoints.saved.withLock { $0.count } == 3)
        let second = SyntheticRasterizer(pages: 4)
        let record = try await runner(rasterizer: second, checkpoints: checkpoints).run(document).record
        #expect(record.status == .complete)
        #expect(second.counts.withLock { $0.rendered } == [4])
        let fresh = try await runner(rasterizer: SyntheticRasterizer(pages: 4)).run(document).record
        #expect(Self.bytes(record) == Self.bytes(fresh))
    }

    @Test func theSameInputGivesTheSameBytes() async throws {
        let first = try await runner(rasterizer: SyntheticRasterizer(pages: 7)).run(document).record
        let second = try await runner(rasterizer: SyntheticRasterizer(pages: 7)).run(document).record
        #expect(Self.bytes(first) == Self.bytes(second))
    }

    @Test func noMorePagesAreAliveThanAllowed() async throws {
        let alive = Mutex((now: 0, most: 0))
        let outcome = try await runner(rasterizer: SyntheticRasterizer(pages: 30)).run(document) { event in
            alive.withLock { alive in
                if case .pageStarted = event { alive.now += 1 }
                if case .pageFinished = event { alive.now -= 1 }
                alive.most = max(alive.most, alive.now)
            }
        }
        #expect(outcome.record.pages.count == 30)
        #expect(alive.withLock { $0.most } <= 2)
    }

    @Test func aDocumentThatCannotBeOpenedGivesAFailedRecord() async throws {
        struct Closed: PageRasterizer {
            func inspect(_ document: URL) async throws -> DocumentSummary {
                throw PlannedError(code: "document.closed")
            }
            func rasterize(_ page: PageNumber, of document: URL, dpi: Double) async throws -> RasterizedPage {
                throw PlannedError()
            }
        }
        let outcome = try await runner(rasterizer: Closed()).run(document)
        #expect(outcome.record.status == .failed)
        #expect(outcome.record.errors.map(\.code) == ["document.closed"])
        #expect(outcome.failure?.category == .document)
        #expect(outcome.record.source.sha256.count == 64)
    }

    @Test func cancellingEndsTheRun() async throws {
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let model = CountingModel { _ in
            signal.yield()
            try await ManualClock(wakes: false).sleep(until: .init(offset: .seconds(1)), tolerance: nil)
            return "never"
        }
        let runner = try runner(rasterizer: SyntheticRasterizer(pages: 3), model: model)
        let document = document
        let work = Task { try await runner.run(document) }
        for await _ in started.prefix(1) {}
        work.cancel()
        await #expect(throws: CancellationError.self) { _ = try await work.value }
    }

    @Test func recordsSatisfyTheirPublishedSchema() async throws {
        let rasterizer = SyntheticRasterizer(pages: 3) { page, _ in page == 2 ? PlannedError() : nil }
        let record = try await runner(rasterizer: rasterizer).run(document).record
        #expect(try Self.violations(of: record.json()).isEmpty)
    }

    private static func violations(of record: JSONValue) throws -> [SchemaViolation] {
        let schema = try ExtractionSchema(try JSONParser().parse(Record.schema))
        return SchemaValidator().validate(record, schema)
    }

    private static func bytes(_ record: Record) -> String {
        var record = record
        record.run = [:]
        return JSONWriter().string(record.json())
    }
}
