public import Foundation
public import RectoExtraction
public import RectoPages
public import RectoVLM

/// Finds models by the names that pipelines use.
public protocol ModelProvider: Sendable {
    /// Gives a model, loading it when it is first asked for.
    ///
    /// - Parameter name: The name after `model:`.
    /// - Returns: The model.
    /// - Throws: `PipelineError.unknownModel`, or why it cannot be loaded.
    func model(named name: String) async throws -> any VisionLanguageModel
}

/// Keeps finished pages of an unfinished document across restarts.
public protocol PageCheckpointStore: Sendable {
    /// Finds a finished page.
    ///
    /// - Parameter key: Names everything that the page's result depends on.
    /// - Returns: What was saved, or nil.
    func result(for key: String) async -> Data?

    /// Keeps a finished page.
    ///
    /// - Parameters:
    ///   - result: The page's result.
    ///   - key: Names everything that it depends on.
    /// - Throws: When it cannot be kept; the run then ends as a failure of the environment.
    func save(_ result: Data, for key: String) async throws
}

/// Everything around a pipeline that is not in its file.
public struct PipelineEnvironment: Sendable {
    /// Renders pages.
    public var rasterizer: any PageRasterizer
    /// Finds models.
    public var models: any ModelProvider
    /// Keeps finished pages; nil keeps none.
    public var checkpoints: (any PageCheckpointStore)?
    /// How many page images may be alive at once: one is read while the next is rasterized.
    ///
    /// A stage with a `concurrency` of N or more gets N + 1.
    public var pagesInFlight: Int
    /// Measures stages and their timeouts.
    public var clock: any Clock<Duration>
    /// The wall clock, for `run`.
    public var now: @Sendable () -> Date

    /// Creates an environment.
    ///
    /// - Parameters:
    ///   - rasterizer: Renders pages.
    ///   - models: Finds models.
    ///   - checkpoints: Keeps finished pages.
    ///   - pagesInFlight: How many page images may be alive at once, at least 1.
    ///   - clock: Measures stages and their timeouts.
    ///   - now: The wall clock.
    public init(
        rasterizer: any PageRasterizer,
        models: any ModelProvider,
        checkpoints: (any PageCheckpointStore)? = nil,
        pagesInFlight: Int = 2,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.rasterizer = rasterizer
        self.models = models
        self.checkpoints = checkpoints
        self.pagesInFlight = max(1, pagesInFlight)
        self.clock = clock
        self.now = now
    }
}

/// A document as it enters a pipeline.
public struct SourceDocument: Sendable, Hashable {
    /// Where it lies.
    public var file: URL
    /// The path as a person gave it; stands in the record.
    public var path: String

    /// Its name without folders.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Creates a document.
    ///
    /// - Parameters:
    ///   - file: Where it lies.
    ///   - path: The path as a person gave it.
    public init(file: URL, path: String) {
        self.file = file
        self.path = path
    }
}

/// What a run tells while it goes on.
public enum PipelineEvent: Sendable, Hashable {
    /// The document has so many pages.
    case documentOpened(pages: Int)
    /// A page was begun.
    case pageStarted(PageNumber)
    /// A stage begins; no page means the whole document.
    case stageStarted(stage: String, page: PageNumber?)
    /// A stage ended.
    case stageFinished(stage: String, page: PageNumber?, duration: Duration)
    /// A page is done.
    case pageFinished(PageNumber, PageStatus, fromCheckpoint: Bool)
}

/// What came of a document.
public struct RunOutcome: Sendable {
    /// The record; a failed document has one too.
    public var record: Record
    /// Why it is not complete: the gravest error, by which a daemon decides on another try.
    public var failure: RunFailure?
}

/// Why a document is not complete.
public struct RunFailure: Sendable, Hashable, Codable {
    /// What happened.
    public var report: ErrorReport
    /// Whose fault it is.
    public var category: FailureCategory
}
