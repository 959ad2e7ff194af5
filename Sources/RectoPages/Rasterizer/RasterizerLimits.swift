/// What one call of the renderer may use, and the passwords that it may try.
public struct RasterizerLimits: Sendable, Hashable {
    /// Most pixels of one page; the DPI is lowered rather than exceed it.
    public var maximumPixels: Int
    /// Most pixels along one side; the DPI is lowered rather than exceed it.
    public var maximumSide: Int
    /// The DPI below which a page is refused instead of being made still smaller.
    public var lowestDPI: Double
    /// Most pages of a document.
    public var maximumPages: Int
    /// Address space of the renderer in bytes.
    public var memoryBytes: Int
    /// Processor seconds of one call.
    public var cpuSeconds: Int
    /// Time from start to end of one call.
    public var wallClock: Duration
    /// Passwords tried in order on an encrypted document; never shown, never passed as arguments.
    public var passwords: [String]
    /// Whether to render even where the kernel cannot confine the renderer.
    public var allowsUnconfined: Bool

    /// Creates limits; each has a default that suits office documents.
    ///
    /// - Parameters:
    ///   - maximumPixels: Most pixels of one page.
    ///   - maximumSide: Most pixels along one side.
    ///   - lowestDPI: The DPI below which a page is refused.
    ///   - maximumPages: Most pages of a document.
    ///   - memoryBytes: Address space of the renderer in bytes.
    ///   - cpuSeconds: Processor seconds of one call.
    ///   - wallClock: Time from start to end of one call.
    ///   - passwords: Passwords tried in order.
    ///   - allowsUnconfined: Whether to render even where the kernel cannot confine the renderer.
    public init(
        maximumPixels: Int = 40_000_000,
        maximumSide: Int = 20_000,
        lowestDPI: Double = 20,
        maximumPages: Int = 20_000,
        memoryBytes: Int = 1 << 30,
        cpuSeconds: Int = 20,
        wallClock: Duration = .seconds(60),
        passwords: [String] = [],
        allowsUnconfined: Bool = false
    ) {
        self.maximumPixels = maximumPixels
        self.maximumSide = maximumSide
        self.lowestDPI = lowestDPI
        self.maximumPages = maximumPages
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.wallClock = wallClock
        self.passwords = passwords
        self.allowsUnconfined = allowsUnconfined
    }
}
