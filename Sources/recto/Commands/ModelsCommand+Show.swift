import ArgumentParser
import Foundation
import RectoVLM

extension ModelsCommand {
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what a checkpoint is and what it costs, without loading it.",
            discussion: """
                Only the configuration and the headers of the weights are read. The licence is what the folder itself says.
                Memory is what loading would ask for, beside the pages.

                Example:
                  recto models show models/idefics2-8b
                  recto models show models/smolvlm-256m --json
                """
        )

        @OptionGroup var place: ModelPlace

        @Flag(help: "Print one JSON object with stable keys.")
        var json = false

        @Flag(help: "Compute the digest that records name, too; reads every byte of the weights.")
        var digest = false

        func run() throws {
            let found = try place.resolve()
            let overview = try ModelOverview(
                checkpoint: found.url,
                visionTower: place.visionTower,
                adapters: found.adapters,
                digests: digest
            )
            if json { return StandardStreams.result(try overview.json) }
            for (name, value) in overview.lines {
                StandardStreams.result(name.padding(toLength: 12, withPad: " ", startingAt: 0) + value)
            }
        }
    }
}

extension Encodable {
    /// The value as JSON for programs, its keys in alphabetical order.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

extension ModelOverview {
    /// What is shown to people, line by line.
    var lines: [(String, String)] {
        var lines = [
            ("name", name), ("family", family), ("weights", "\(weights) (\(format))"),
            ("parameters", Self.parts(parameters)),
        ]
        if let page {
            for (name, cost) in [("A4, split", page.split), ("A4, whole", page.whole), ("line tile", page.lineTile)] {
                guard let cost else { continue }
                let views = cost.views == 1 ? "1 view" : "\(cost.views) views"
                lines.append(
                    (name, "\(views), \(cost.imageTokens) image tokens, \(cost.promptTokens) tokens of the prompt")
                )
            }
        }
        lines += [("memory", memoryLine), ("context", "\(contextLength) tokens, vocabulary \(vocabularySize)")]
        lines.append(("licence", license ?? "not said"))
        if let digest { lines.append(("digest", digest)) }
        for (index, text) in unusual.enumerated() { lines.append((index == 0 ? "unusual" : "", text)) }
        return lines
    }

    private var memoryLine: String {
        let order = ["default"] + WeightType.allCases.map(\.rawValue)
        let kinds = order.compactMap { name in memoryBytes[name].map { "\(name) \(Self.gigabytes($0))" } }
        return kinds.joined(separator: ", ") + " GB; \(Self.gigabytes(availableMemoryBytes)) GB can be had"
    }

    private static func parts(_ parameters: Parameters) -> String {
        let parts = [
            ("vision tower", parameters.visionTower), ("connector", parameters.connector),
            ("decoder", parameters.decoder), ("glyph head", parameters.glyphHead), ("CTC head", parameters.ctcHead),
        ]
        let said = parts.filter { $0.1 > 0 }.map { "\($0.0) \(millions($0.1))" }.joined(separator: ", ")
        return "\(millions(parameters.total)) million: \(said)"
    }

    private static func millions(_ count: Int) -> String { String(format: "%.2f", Double(count) / 1e6) }

    private static func gigabytes(_ bytes: Int) -> String { String(format: "%.2f", Double(bytes) / 1e9) }
}
