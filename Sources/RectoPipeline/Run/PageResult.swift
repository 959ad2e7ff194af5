import Foundation
import RectoExtraction
import RectoPages
import RectoSchema

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
    /// Where another stage stood in; in `run`, because a timeout may differ between two runs.
    var fallbacks: [FallbackReport] = []
    /// Why the page failed, for deciding on another try.
    var failure: RunFailure?
    /// The page as stages whose scope is the document will read it, by stage; not kept across restarts.
    var waiting: [String: ExtractionPage] = [:]

    private enum CodingKeys: CodingKey { case report, words, readings, warnings, fallbacks, failure }

    /// The bytes that a checkpoint keeps.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = Self.endless.encoding
        return try encoder.encode(self)
    }

    /// Reads what a checkpoint kept; what cannot be read is done again.
    init?(checkpoint data: Data) {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = Self.endless.decoding
        guard let result = try? decoder.decode(PageResult.self, from: data) else { return nil }
        self = result
    }

    init(report: PageReport) { self.report = report }

    /// A model may be infinitely sure that it is wrong; that is no reason to lose the page.
    private static let endless:
        (
            encoding: JSONEncoder.NonConformingFloatEncodingStrategy,
            decoding: JSONDecoder.NonConformingFloatDecodingStrategy
        ) = (
            .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan"),
            .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        )
}

/// A stage that failed on a page and whose fallback's output was taken instead.
struct FallbackReport: Sendable, Codable {
    /// The page.
    var page: PageNumber
    /// The stage that failed.
    var stage: String
    /// The stage that stood in.
    var fallback: String
    /// Why.
    var error: ErrorReport

    /// The report as it stands in a record's `run`.
    func json() -> JSONValue {
        [
            "page": .integer(page.value), "stage": .string(stage), "fallback": .string(fallback),
            "code": .string(error.code), "message": .string(error.message),
        ]
    }
}
