public import RectoVLM

/// Everything that `recto.yaml` can say; `systemd/recto.yaml` explains every key.
public struct DaemonConfiguration: Sendable, Hashable {
    /// A model that pipelines can name.
    public struct Model: Sendable, Hashable {
        /// A Hugging Face checkpoint folder or a GGUF file, run in-process.
        public var folder: String
        /// How its weights are kept; nil keeps them as they were quantised, else in float32.
        public var weights: WeightType?
        /// PEFT adapters that are merged into its weights, in this order.
        public var adapters: [ModelAdapter]

        /// Creates a model's place.
        ///
        /// - Parameters:
        ///   - folder: A Hugging Face checkpoint folder or a GGUF file.
        ///   - weights: How its weights are kept.
        ///   - adapters: PEFT adapters that are merged into its weights.
        public init(folder: String, weights: WeightType? = nil, adapters: [ModelAdapter] = []) {
            self.folder = folder
            self.weights = weights
            self.adapters = adapters
        }
    }

    /// Limits of the process that renders pages.
    public struct RasterizerLimits: Sendable, Hashable {
        /// Pixels of one page; the DPI is lowered to stay below.
        public var pixelsPerPage: Int64 = 40_000_000
        /// Address space of the process.
        public var memoryBytes: Int64 = 1 << 30
        /// CPU time for one page.
        public var cpuTime: Duration = .seconds(20)
        /// Wall-clock time for one page.
        public var wallTime: Duration = .seconds(60)
        /// Pages of one document.
        public var pagesPerDocument = 2000

        /// Creates the limits that hold when nothing is said.
        public init() {}
    }

    /// Where `recto models fetch` gets checkpoints from.
    public struct Hub: Sendable, Hashable {
        /// The hub's address; nil asks none.
        public var endpoint: String?
        /// A file with the token of who asks.
        public var tokenFile: String?

        /// Creates the settings that hold when nothing is said.
        public init() {}
    }

    /// Where documents come from and go to.
    public var folders: Folders
    /// The pipeline of documents outside of a folder named after one.
    public var pipeline = "transcribe"
    /// The folder with pipeline files; `nil` means the ones that come with Recto.
    public var pipelinesFolder: String?
    /// Models by the name that pipelines give them; without `default` the reader that comes with Recto is used.
    public var models: [String: Model] = [:]
    /// Where `recto models fetch` gets checkpoints from; nothing else asks there.
    public var hub = Hub()
    /// A file with one password a line, tried on encrypted documents.
    public var passwordsFile: String?
    /// How long a file must be still before it is taken.
    public var quietPeriod: Duration = .seconds(2)
    /// How often the whole inbox is looked at although no event came.
    public var rescanInterval: Duration = .seconds(30)
    /// How often it is looked at where events cannot be trusted.
    public var pollInterval: Duration = .seconds(5)
    /// How changes are noticed.
    public var watching: Watching = .auto
    /// How many documents are read at a time.
    public var concurrency = 1
    /// How failures of the surroundings are met.
    public var retry = RetryPolicy()
    /// How long one attempt at a document may take.
    public var jobTimeout: Duration = .seconds(3600)
    /// After how long without a finished page or token the watchdog is not fed any more.
    public var progressTimeout: Duration = .seconds(600)
    /// How long a running document may go on after SIGTERM before it is handed back.
    public var shutdownGrace: Duration = .seconds(20)
    /// What to do with a file whose bytes were read before.
    public var duplicates: DuplicatePolicy = .process
    /// What to do when a record's name is taken.
    public var onExists: OnExists = .version
    /// What to do with the source of a document that was read.
    public var afterSuccess: AfterSuccess = .archive
    /// Limits of the process that renders pages.
    public var rasterizer = RasterizerLimits()
    /// Nothing is taken in while less than this is free on the state folder's disk.
    public var minimumFreeBytes: Int64 = 256 << 20
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    public var logLevel = "info"
    /// Where the file said what.
    public var places = SettingPlaces()

    /// Creates a configuration with the defaults.
    ///
    /// - Parameter folders: Where documents come from and go to.
    public init(folders: Folders = Folders(below: "/var/lib/recto")) {
        self.folders = folders
    }
}
