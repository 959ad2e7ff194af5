/// Why a document or one of its pages could not be turned into pixels.
public enum PagesError: RectoError, Hashable {
    /// Where it happened: a file, or one page of it.
    public struct Place: Hashable, Sendable {
        /// The file's path.
        public var file: String
        /// The page, or nil when the document as a whole is meant.
        public var page: PageNumber?

        /// Creates a place.
        ///
        /// - Parameters:
        ///   - file: The file's path.
        ///   - page: The page, or nil for the whole document.
        public init(file: String, page: PageNumber? = nil) {
            self.file = file
            self.page = page
        }
    }

    /// The document needs a password and none is configured.
    case encrypted(Place)
    /// The document needs a password and none of the configured ones opens it.
    case wrongPassword(Place, tried: Int)
    /// The document's structure cannot be followed.
    case damaged(Place, reason: String)
    /// The file has no bytes.
    case empty(Place)
    /// The file is neither a PDF nor a PNG.
    case unsupported(Place, found: String)
    /// The document opens but has no page.
    case noPages(Place)
    /// The document says that it has more pages than the limit.
    case tooManyPages(Place, found: Int, limit: Int)
    /// The file cannot be opened or read.
    case unreadable(Place, reason: String)
    /// The document has fewer pages than the page asked for.
    case noSuchPage(Place, pageCount: Int)
    /// The page has no area.
    case zeroSize(Place, size: PageSize)
    /// The page exceeds the pixel limit even at the lowest DPI.
    case tooLarge(Place, size: PageSize, lowestDPI: Double)
    /// The renderer died from a signal.
    case crashed(Place, signal: String)
    /// The renderer used up its processor time.
    case cpuLimit(Place, seconds: Int)
    /// The renderer did not finish in time.
    case timeLimit(Place, seconds: Double)
    /// The renderer needed more memory than it may have.
    case memoryLimit(Place, megabytes: Int)
    /// The renderer's answer does not follow the protocol.
    case protocolViolation(Place, found: String)
    /// `recto-rasterizer` is not installed.
    case rasterizerMissing(searched: [String])
    /// `recto-rasterizer` could not be started or watched.
    case rasterizerUnusable(executable: String, reason: String)
    /// The kernel does not offer a protection that the renderer insists on.
    case sandboxUnavailable(missing: String)
    /// An image file could not be written.
    case imageNotWritten(file: String, reason: String)
}

extension PagesError {
    /// Stable dotted identifier; what happens while a page is rendered begins with `page.`.
    public var code: String {
        switch self {
        case .encrypted: "document.encrypted"
        case .wrongPassword: "document.wrong-password"
        case .damaged(let place, _): place.page == nil ? "document.damaged" : "page.damaged"
        case .empty: "document.empty"
        case .unsupported: "document.unsupported"
        case .noPages: "document.no-pages"
        case .tooManyPages: "document.too-many-pages"
        case .unreadable: "document.unreadable"
        case .noSuchPage: "page.missing"
        case .zeroSize: "page.zero-size"
        case .tooLarge: "page.too-large"
        case .crashed(let place, _): place.page == nil ? "document.crashed-renderer" : "page.crashed-renderer"
        case .cpuLimit(let place, _): place.page == nil ? "document.cpu-limit" : "page.cpu-limit"
        case .timeLimit(let place, _): place.page == nil ? "document.time-limit" : "page.time-limit"
        case .memoryLimit(let place, _): place.page == nil ? "document.memory-limit" : "page.memory-limit"
        case .protocolViolation: "rasterizer.protocol"
        case .rasterizerMissing: "rasterizer.missing"
        case .rasterizerUnusable: "rasterizer.unusable"
        case .sandboxUnavailable: "rasterizer.sandbox-unavailable"
        case .imageNotWritten: "image.not-written"
        }
    }

    /// Whose fault it is; a garbled answer counts against the document, for a hostile one must not stop the daemon.
    public var category: FailureCategory {
        switch self {
        case .encrypted, .wrongPassword, .damaged, .empty, .unsupported, .noPages, .tooManyPages, .noSuchPage,
            .zeroSize, .tooLarge, .cpuLimit, .memoryLimit, .protocolViolation:
            .document
        case .crashed(_, let signal): signal == "SIGKILL" || signal == "SIGTERM" ? .environment : .document
        case .unreadable, .timeLimit, .rasterizerUnusable, .imageNotWritten: .environment
        case .rasterizerMissing, .sandboxUnavailable: .defect
        }
    }

    /// What was found and what was expected.
    public var facts: [String: String] {
        switch self {
        case .encrypted(let place), .empty(let place), .noPages(let place): place.facts
        case .wrongPassword(let place, let tried): place.facts(["passwords-tried": "\(tried)"])
        case .damaged(let place, let reason), .unreadable(let place, let reason): place.facts(["reason": reason])
        case .unsupported(let place, let found): place.facts(["found": found, "expected": "PDF or PNG"])
        case .tooManyPages(let place, let found, let limit): place.facts(["found": "\(found)", "limit": "\(limit)"])
        case .noSuchPage(let place, let pageCount): place.facts(["pages": "\(pageCount)"])
        case .zeroSize(let place, let size): place.facts(["width": "\(size.width)", "height": "\(size.height)"])
        case .tooLarge(let place, let size, let lowestDPI):
            place.facts(["width": "\(size.width)", "height": "\(size.height)", "lowest-dpi": "\(lowestDPI)"])
        case .crashed(let place, let signal): place.facts(["signal": signal])
        case .cpuLimit(let place, let seconds): place.facts(["seconds": "\(seconds)"])
        case .timeLimit(let place, let seconds): place.facts(["seconds": "\(seconds)"])
        case .memoryLimit(let place, let megabytes): place.facts(["megabytes": "\(megabytes)"])
        case .protocolViolation(let place, let found): place.facts(["found": found])
        case .rasterizerMissing(let searched): ["searched": searched.joined(separator: ", ")]
        case .rasterizerUnusable(let executable, let reason): ["executable": executable, "reason": reason]
        case .sandboxUnavailable(let missing): ["missing": missing]
        case .imageNotWritten(let file, let reason): ["file": file, "reason": reason]
        }
    }
}

extension PagesError.Place: CustomStringConvertible {
    /// “page 3 of a.pdf”, or “a.pdf”.
    public var description: String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return page.map { "page \($0) of \(name)" } ?? name
    }

    /// The place as facts.
    var facts: [String: String] { facts([:]) }

    /// Adds the place to other facts.
    func facts(_ others: [String: String]) -> [String: String] {
        var all = others
        all["file"] = file
        if let page { all["page"] = page.description }
        return all
    }
}
