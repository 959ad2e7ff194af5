import Foundation
import RectoExtraction
import RectoPages

/// What is left of a page when its pixels are gone; small, and kept across restarts.
struct PageResult: Sendable, Codable {
    /// How the page stands in the record.
    var report: PageReport
    /// Its own words, by the stage that took them.
    var words: [String: [TextLayerWord]] = [:]
    /// What the model read, by the stage that asked.
    var readings: [String: PageReading] = [:]
    /// What the renderer complained about.
    var warnings: [ErrorReport] = []
    /// Why the page failed, for deciding on another try.
    var failure: RunFailure?

    /// The bytes that a checkpoint keeps.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(self)
    }

    /// Reads what a checkpoint kept; what cannot be read is done again.
    init?(checkpoint data: Data) {
        guard let result = try? JSONDecoder().decode(PageResult.self, from: data) else { return nil }
        self = result
    }

    init(report: PageReport) { self.report = report }
}
