import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema
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

    @Test(
        arguments: [
            ("idefics2", "adaptive", 5, false), ("idefics2", "none", 1, false), ("idefics3", "adaptive", 1, nil),
            ("smolvlm", "adaptive", 1, nil), ("smolvlm", "none", 1, nil), ("smolvlm", "idefics2", 5, false),
        ] as [(String, String, Int, Bool?)]
    )
    func modelsThatCutImagesThemselvesGetWholePages(
        _ family: String,
        _ strategy: String,
        _ count: Int,
        _ splits: Bool?
    ) async throws {
        let text = PipelineFixture.text.replacing("strategy: none", with: "strategy: \(strategy)")
        let model = CountingModel(family: family)
        _ = try await runner(text, rasterizer: SyntheticRasterizer(pages: 1), model: model).run(document)
        #expect(model.images.withLock { $0.first } == CountingModel.Images(count: count, splits: splits))
    }

    @Test func aFallbackBringsItsOwnStagesAndIsNamed() async throws {
        let text = PipelineFixture.text.replacing(
            "test.schema.json}",
            with: "test.schema.json, on-error: {fallback: again}}\n"
                + "  again:   {use: extract, from: finer, schema: test.schema.json}\n"
                + "  finer:   {use: split, from: fine, strategy: idefics2}\n  fine:    {use: rasterize, dpi: 300}"
        )
        let model = CountingModel { request in
            if request == 1 { throw PlannedError(code: "model.planned") }
            return "1.00"
        }
        let rasterizer = SyntheticRasterizer(pages: 1)
        let record = try await runner(text, rasterizer: rasterizer, model: model).run(document).record
        #expect(record.status == .complete)
        #expect(record.fields["total"] == .string("1.00"))
        #expect(rasterizer.counts.withLock { $0.rendered.count } == 2)
        let fallback = record.run["fallbacks"]?.arrayValue?.first?.objectValue
        #expect(fallback?["stage"] == "reading")
        #expect(fallback?["fallback"] == "again")
        #expect(fallback?["code"] == "model.planned")
    }

    @Test func whatOnlyAFallbackNeedsIsNotDoneInVain() async throws {
        let text = PipelineFixture.text.replacing(
            "strategy: none}",
            with: "strategy: none, on-error: {fallback: other}}\n"
                + "  other:   {use: split, from: fine, strategy: idefics2}\n  fine:    {use: rasterize, dpi: 300}"
        )
        let rasterizer = SyntheticRasterizer(pages: 3)
        let record = try await runner(text, rasterizer: rasterizer).run(document).record
        #expect(record.status == .complete)
        #expect(rasterizer.counts.withLock { $0.rendered.sorted() } == [1, 2, 3])
        #expect(record.run["fallbacks"] == nil)
    }

    @Test func theTextLayerOfTheDocumentIsTakenFromTheRenderedPage() async throws {
        let text = PipelineFixture.text
            .replacing("  pages:   {use: rasterize, dpi: 100}\n", with: "")
            .replacing(
                "  text:    {use: text-layer, from: pages}",
                with: "  text:    {use: text-layer}\n  pages:   {use: rasterize}"
            )
        let rasterizer = SyntheticRasterizer(pages: 2)
        let record = try await runner(text, rasterizer: rasterizer).run(document).record
        #expect(record.grounding.first?.evidence.first?.match == .exact)
        #expect(rasterizer.counts.withLock { $0.rendered.sorted() } == [1, 2])
    }

    @Test func aDeliverStageHandsTheSameRecordOver() async throws {
        let text = PipelineFixture.text.replacing(
            "deliver: proof",
            with: "  out: {use: deliver, from: proof}\ndeliver: out"
        )
        let record = try await runner(text, rasterizer: SyntheticRasterizer(pages: 2)).run(document).record
        #expect(record.status == .complete)
        #expect(record.fields["total"] == .string("1.00"))
    }

    @Test func asManyPagesAreReadAtOnceAsTheStageSays() async throws {
        let text = PipelineFixture.text.replacing("from: tiles, schema", with: "from: tiles, concurrency: 3, schema")
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let held = Mutex(0)
        let model = CountingModel { _ in
            let isHeld = held.withLock { count in
                count += 1
                return count <= 3
            }
            arrived.yield()
            if isHeld { for await _ in gate {} }
            return "1.00"
        }
        let alive = Mutex((now: 0, most: 0))
        let runner = try runner(text, rasterizer: SyntheticRasterizer(pages: 9), model: model)
        async let outcome = runner.run(document) { event in
            alive.withLock { alive in
                if case .pageStarted = event { alive.now += 1 }
                if case .pageFinished = event { alive.now -= 1 }
                alive.most = max(alive.most, alive.now)
            }
        }
        for await _ in arrivals.prefix(3) {}
        open.finish()
        #expect(try await outcome.record.status == .complete)
        #expect((3...4).contains(alive.withLock { $0.most }))
    }

    @Test func aDocumentWithoutPagesIsFailed() async throws {
        let outcome = try await runner(rasterizer: SyntheticRasterizer(pages: 0)).run(document)
        #expect(outcome.record.status == .failed)
        #expect(outcome.failure?.report.code == "document.no-pages")
    }

    @Test func anUnknownModelIsAMistakeOfTheConfiguration() async throws {
        let text = PipelineFixture.text.replacing("model: default", with: "model: other")
        let outcome = try await runner(text, rasterizer: SyntheticRasterizer(pages: 1)).run(document)
        #expect(outcome.failure?.report.code == "model.unknown")
        #expect(outcome.failure?.category == .defect)
    }

    @Test func pagesThatCannotBeKeptEndTheRunAsAFailureOfTheSurroundings() async throws {
        struct FullDisk: PageCheckpointStore {
            struct NoSpace: Error {}
            func result(for key: String) async -> Data? { nil }
            func save(_ result: Data, for key: String) async throws { throw NoSpace() }
        }
        let outcome = try await runner(rasterizer: SyntheticRasterizer(pages: 2), checkpoints: FullDisk()).run(document)
        #expect(outcome.failure?.report.code == "checkpoint.not-saved")
        #expect(outcome.failure?.category == .environment)
    }

    @Test func checkpointsThatCannotBeReadAreDoneAgain() async throws {
        struct Garbled: PageCheckpointStore {
            func result(for key: String) async -> Data? { Data("{\"report\": 1".utf8) }
            func save(_ result: Data, for key: String) async throws {}
        }
        let rasterizer = SyntheticRasterizer(pages: 2)
        let record = try await runner(rasterizer: rasterizer, checkpoints: Garbled()).run(document).record
        #expect(record.status == .complete)
        #expect(rasterizer.counts.withLock { $0.rendered.sorted() } == [1, 2])
    }

    @Test func aRendererStoppedByCancellationFailsNoPage() async throws {
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        struct Stopping: PageRasterizer {
            let signal: AsyncStream<Void>.Continuation
            func inspect(_ document: URL) async throws -> DocumentSummary { DocumentSummary(pageCount: 1) }
            func rasterize(_ page: PageNumber, of document: URL, dpi: Double) async throws -> RasterizedPage {
                signal.yield()
                try? await ManualClock(wakes: false).sleep(until: .init(offset: .seconds(1)), tolerance: nil)
                throw PlannedError(code: "page.killed")
            }
        }
        let runner = try runner(rasterizer: Stopping(signal: signal))
        let document = document
        let work = Task { try await runner.run(document) }
        for await _ in started.prefix(1) {}
        work.cancel()
        await #expect(throws: CancellationError.self) { _ = try await work.value }
    }

    @Test func eventsTellTheWayOfAPage() async throws {
        let heard = Mutex<[String]>([])
        _ = try await runner(rasterizer: SyntheticRasterizer(pages: 1)).run(document) { event in
            let line =
                switch event {
                case .documentOpened(let pages): "opened \(pages)"
                case .pageStarted(let page): "page \(page)"
                case .stageStarted(let stage, _): "> \(stage)"
                case .stageFinished(let stage, _, _): "< \(stage)"
                case .pageFinished(let page, let status, _): "page \(page) \(status.rawValue)"
                }
            heard.withLock { $0.append(line) }
        }
        #expect(
            heard.withLock { $0 } == [
                "opened 1", "page 1", "> pages", "< pages", "> text", "< text", "> tiles", "< tiles", "> reading",
                "< reading", "page 1 complete",
            ]
        )
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

    @Test func aStageOfTheWholeDocumentWaitsForAllPages() async throws {
        let model = CountingModel()
        let checkpoints = MemoryCheckpoints()
        let text = PipelineFixture.text.replacing("test.schema.json}", with: "test.schema.json, scope: document}")
        let runner = try runner(
            text,
            rasterizer: SyntheticRasterizer(pages: 3),
            model: model,
            checkpoints: checkpoints
        )
        let record = try await runner.run(document).record
        #expect(record.status == .complete)
        #expect(record.fields["total"] == .string("1.00"))
        // Once for the document, and once for the page that says the same.
        #expect(model.requests.withLock { $0 } == 2)
        #expect(record.grounding.first?.evidence.first?.box == Box(x0: 10, y0: 10, x1: 30, y1: 20))
        #expect(checkpoints.saved.withLock { $0.isEmpty }, "a page that waits is not finished")
    }

    @Test func aStageOfTheWholeDocumentIsTriedAgainAndThenFailsTheDocument() async throws {
        let text = PipelineFixture.text.replacing(
            "test.schema.json}",
            with: "test.schema.json, scope: document, retry: 1}"
        )
        let once = CountingModel { number in
            if number == 1 { throw PlannedError(code: "model.planned") }
            return "1.00"
        }
        let record = try await runner(text, rasterizer: SyntheticRasterizer(pages: 1), model: once).run(document).record
        #expect(record.status == .complete)
        let never = CountingModel { _ in throw PlannedError(code: "model.planned") }
        let outcome = try await runner(text, rasterizer: SyntheticRasterizer(pages: 1), model: never).run(document)
        #expect(outcome.record.status == .failed)
        #expect(outcome.record.errors.map(\.code) == ["model.planned"])
        #expect(never.requests.withLock { $0 } == 2)
    }

    @Test func aDocumentThatIsTooLongToBeHeldIsRefusedBeforeItsPagesAreMade() async throws {
        let text = PipelineFixture.text.replacing(
            "test.schema.json}",
            with: "test.schema.json, scope: document, most-pages: 2}"
        )
        let rasterizer = SyntheticRasterizer(pages: 3)
        let outcome = try await runner(text, rasterizer: rasterizer).run(document)
        #expect(outcome.record.errors.map(\.code) == ["document.too-long"])
        #expect(outcome.record.errors.first?.message.contains("3 pages") == true)
        #expect(rasterizer.counts.withLock { $0.rendered.isEmpty })
    }

    @Test func pagesThatMustAgreeAndDoNotAreToldWithBothPlaces() async throws {
        let text = PipelineFixture.text.replacing("test.schema.json}", with: "test.schema.json, merge: must-agree}")
        let model = CountingModel { number in number == 1 ? "1.00" : "2.00" }
        let record = try await runner(text, rasterizer: SyntheticRasterizer(pages: 2), model: model).run(document)
            .record
        #expect(record.status == .partial)
        #expect(record.fields["total"] == JSONValue.null)
        #expect(record.errors.map(\.code) == ["extraction.contradicting-answers"])
        let candidates = try #require(record.conflicts.first).candidates
        #expect(candidates.map { $0.grounding.evidence.map(\.quote) }.sorted { $0[0] < $1[0] } == [["1.00"], ["2.00"]])
        #expect(try Self.violations(of: record.json()).isEmpty)
    }

    private static func violations(of record: JSONValue) throws -> [JSONSchema.Violation] {
        let schema = try ExtractionSchema(try JSONParser().parse(Record.schema))
        return schema.validate(record)
    }

    private static func bytes(_ record: Record) -> String {
        var record = record
        record.run = [:]
        return JSONWriter().string(record.json())
    }
}
