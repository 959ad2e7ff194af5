import Foundation

/// The first line that `recto-rasterizer` prints: what follows it, or why nothing does.
enum RasterizerAnswer {
    /// The line of `inspect`.
    struct Summary: Decodable {
        var pageCount: Int
    }

    /// The line of `page`; words and pixels follow.
    struct Page: Decodable {
        var points: [Double]
        var width: Int
        var height: Int
        var dpi: Double
        var wordsBytes: Int
        var warnings: [String]
    }

    /// A failure, on a line of its own.
    struct Failure: Decodable {
        struct Content: Decodable {
            var code: String
            var facts: [String: String]
        }
        var error: Content
    }

    /// One word: `[text, x0, y0, x1, y1]`.
    struct Word: Decodable {
        private var layerWord: TextLayerWord

        /// The word with the part of its box that lies on the page; nil when none does.
        func clipped(to size: PageSize) -> TextLayerWord? {
            let page = Box(x0: 0, y0: 0, x1: size.width, y1: size.height)
            return layerWord.box.intersection(page).map { TextLayerWord(text: layerWord.text, box: $0) }
        }

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            let text = try values.decode(String.self)
            let x0 = try values.decode(Double.self)
            let y0 = try values.decode(Double.self)
            let x1 = try values.decode(Double.self)
            let y1 = try values.decode(Double.self)
            layerWord = TextLayerWord(text: text, box: Box(x0: x0, y0: y0, x1: x1, y1: y1))
        }
    }
}

extension PagesError {
    /// Translates a failure that the renderer reports.
    ///
    /// - Parameters:
    ///   - failure: What it printed.
    ///   - place: Which call it answered.
    ///   - limits: What it was allowed.
    init(_ failure: RasterizerAnswer.Failure.Content, at place: Place, limits: RasterizerLimits) {
        let facts = failure.facts
        let document = Place(file: place.file)
        let size = PageSize(width: facts.number("width"), height: facts.number("height"))
        let reason = [facts["reason"], facts["detail"]].compactMap { $0 }.joined(separator: ": ")
        self =
            switch failure.code {
            case "encrypted": .encrypted(document)
            case "wrong-password": .wrongPassword(document, tried: Int(facts.number("tried")))
            case "damaged": .damaged(place, reason: reason)
            case "empty": .empty(document)
            case "unsupported": .unsupported(document, found: facts["found"] ?? "something unknown")
            case "no-pages": .noPages(document)
            case "no-such-page": .noSuchPage(place, pageCount: Int(facts.number("pages")))
            case "unreadable": .unreadable(document, reason: reason)
            case "zero-size": .zeroSize(place, size: size)
            case "too-large": .tooLarge(place, size: size, lowestDPI: limits.lowestDPI)
            case "memory-limit": .memoryLimit(place, megabytes: limits.memoryBytes >> 20)
            case "cpu-limit": .cpuLimit(place, seconds: limits.cpuSeconds)
            case "time-limit": .timeLimit(place, seconds: limits.wallClock.seconds)
            case "sandbox-unavailable": .sandboxUnavailable(missing: facts["missing"] ?? "a protection")
            default: .protocolViolation(place, found: "the unknown code \(failure.code)")
            }
    }
}

extension [String: String] {
    /// A fact as a number; zero when it is none or not finite.
    fileprivate func number(_ name: String) -> Double {
        guard let value = self[name].flatMap(Double.init), value.magnitude < 1e15 else { return 0 }
        return value
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
