import RectoExtraction
import RectoPages

/// Looks for what a page's reading cannot say of itself: that it is not what stands on the page.
///
/// A turned page, a scan that decoded to noise or text without its fonts is read as something, or as nothing, without any
/// error. Three signs give it away: nothing was read though the page is not blank, the model was unsure of a part of it, and
/// the page's own text layer says something else.
struct PageCheck {
    /// A tile whose tokens have a lower geometric mean probability was guessed at.
    static let leastProbability = 0.85
    /// A larger share of characters in such tiles makes a page doubtful.
    ///
    /// On the samples it is 0. On pages of which a quarter is turned, mirrored or blurred, and on stretched, faint or torn
    /// ones, it is 0.033 and more.
    static let mostGuessed = 0.03
    /// A page agrees with its text layer when this share of its words was read; on the samples 98 % and more are.
    static let leastAgreement = 0.85
    /// More of its words than this where no line was found are text that was overlooked; on the samples none are.
    static let mostOutside = 0.05
    /// Fewer words say nothing about a page.
    static let leastWords = 3

    /// The page's own words.
    let words: [TextLayerWord]
    /// What was cut and read.
    let tiles: PageTiles
    /// What the model read; nil when no stage read the page.
    let reading: PageReading?
    /// The page.
    let page: PageNumber
    /// The stage that made the tiles.
    let splitStage: String
    /// The stage that read.
    let readStage: String?

    /// What is wrong, at most one report of each kind.
    func reports() -> [ErrorReport] {
        if tiles.tiles.isEmpty { return unread("no line of text was found on the page", stage: splitStage) }
        guard let reading, !reading.tiles.isEmpty else { return [] }
        if reading.text.isEmpty { return unread("nothing was read on the page", stage: readStage) }
        return [unsure(reading), disagreeing(reading)].compactMap(\.self)
    }

    private func unread(_ finding: String, stage: String?) -> [ErrorReport] {
        guard !tiles.isBlank || !words.isEmpty else { return [] }
        let layer = words.isEmpty ? ", though it is not blank" : ", though its text layer has \(words.count) words"
        let message = "\(finding)\(layer): a picture, sideways or very small text; look at it"
        return [ErrorReport(code: "page.unread", message: message, page: page, stage: stage)]
    }

    private func unsure(_ reading: PageReading) -> ErrorReport? {
        var (all, guessed) = (0, 0)
        for tile in reading.tiles {
            all += tile.text.count
            if tile.probability < Self.leastProbability { guessed += tile.text.count }
        }
        guard Double(guessed) > Self.mostGuessed * Double(all) else { return nil }
        let message = """
            \(guessed) of \(all) characters were guessed: the model was less than \(percent(Self.leastProbability)) sure \
            of a token in their lines; a damaged page, turned, faint or handwritten text, or a picture; look at it
            """
        return ErrorReport(code: "page.doubtful", message: message, page: page, stage: readStage)
    }

    private func disagreeing(_ reading: PageReading) -> ErrorReport? {
        let agreement = LayerAgreement(of: words, with: reading)
        let words = Double(agreement.words)
        let isOverlooked =
            agreement.outside >= Self.leastWords && Double(agreement.outside) > Self.mostOutside * words
        guard agreement.words >= Self.leastWords else { return nil }
        guard Double(agreement.read) < Self.leastAgreement * words || isOverlooked else { return nil }
        let message = """
            \(agreement.read) of \(agreement.words) words of the page's text layer were read where they stand \
            (\(agreement.outside) stand where no line was found): turned or very small text, missing fonts, or \
            a text layer of something else; look at it
            """
        return ErrorReport(code: "page.doubtful", message: message, page: page, stage: readStage)
    }

    private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded(.down))) %" }
}
