import ArgumentParser
import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM

/// `recto bench`: how fast the engine is, and what share of the machine's limit that is.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures this machine's limits and the engine against them.",
        discussion: """
            Matrix products and reading memory give the limits. Vision is one square view through the tower; prefill is
            a prompt of 900 tokens; decoding is 64 tokens after a prompt of 128; the first token is that of an A4 page at
            150 dpi, split as the model splits images. Each number is the best of some rounds, except decoding and the first
            token.

            Example:
              recto bench --model models/idefics2-8b --weights q4_0 --json
            """
    )

    @OptionGroup var model: ModelOptions

    @Option(help: "Rounds of which the best counts.")
    var rounds = 3

    @Option(help: "Side of the view in pixels; else 512, or what the tower was made for if that is less.")
    var viewSize: Int?

    @Flag(help: "Print JSON with stable keys.")
    var json = false

    func validate() throws {
        if rounds < 1 { throw ValidationError("--rounds must be at least 1.") }
        if let viewSize, viewSize < 1 { throw ValidationError("--view-size must be at least 1.") }
    }

    func run() async throws {
        let engine = try model.load()
        let found = try await engine.benchmark(rounds: rounds, viewSize: viewSize, batches: [1, 8])
        StandardStreams.result(json ? JSONWriter().string(report(found, of: engine)) : table(found, of: engine))
    }

    private var threads: Int { model.threads ?? ProcessInfo.processInfo.activeProcessorCount }

    private func report(_ found: EngineBenchmark, of engine: InferenceEngine) -> JSONValue {
        func rate(_ value: EngineBenchmark.Measurement, _ unit: String) -> JSONObject {
            [
                unit: .integer(value.count), "seconds": .decimal(value.seconds, decimals: 5),
                "\(unit)_per_second": .decimal(value.perSecond, decimals: 2),
                "share_of_ceiling": .decimal(value.shareOfCeiling, decimals: 4),
            ]
        }
        func ceiling(_ type: WeightType) -> JSONValue {
            .decimal(found.ceilings.gigaoperations[type] ?? 0, decimals: 1)
        }
        var members: JSONObject = [
            "machine": [
                "threads": .integer(threads),
                "features": .array(ProcessorFeatures.names.map { .string($0) }),
                "read_gigabytes_per_second": .decimal(found.ceilings.readGigabytes, decimals: 2),
                "gigaoperations_per_second": [
                    "float32": ceiling(.float32), "bfloat16": ceiling(.bfloat16), "int8": ceiling(.q8Group32),
                ],
            ],
            "model": [
                "name": .string(engine.description.name), "family": .string(engine.description.family),
                "weights": .string(engine.description.weights), "weight_bytes": .integer(found.weightBytes),
            ],
        ]
        members["vision"] = found.vision.map { .object(rate($0, "patches")) }
        members["prefill"] = .object(rate(found.prefill, "tokens"))
        members["decode"] = .array(
            found.decode.map { batch, value in
                var object: JSONObject = ["batch": .integer(batch)]
                for member in rate(value, "tokens") { object[member.key] = member.value }
                return .object(object)
            }
        )
        members["first_token"] = found.firstToken.map { seconds, views in
            ["seconds": .decimal(seconds, decimals: 3), "views": .integer(views)]
        }
        members["peak_memory_bytes"] = .integer(PeakMemory.bytes)
        return .object(members)
    }

    private func table(_ found: EngineBenchmark, of engine: InferenceEngine) -> String {
        func line(_ name: String, _ number: Double, _ unit: String, share: Double? = nil) -> String {
            let share = share.map { String(format: "%5.0f %% of the ceiling", $0 * 100) } ?? ""
            return name.padding(toLength: 26, withPad: " ", startingAt: 0) + String(format: "%10.1f ", number)
                + unit.padding(toLength: 12, withPad: " ", startingAt: 0) + share
        }
        var lines = ["\(threads) threads; \(ProcessorFeatures.names.joined(separator: " "))"]
        for type in [WeightType.float32, .bfloat16, .q8Group32] {
            lines.append(line("product \(type.rawValue)", found.ceilings.gigaoperations[type] ?? 0, "Gop/s"))
        }
        lines.append(line("reading memory", found.ceilings.readGigabytes, "GB/s"))
        lines.append("\(engine.description.name), weights \(engine.description.weights)")
        if let vision = found.vision {
            lines.append(line("vision", vision.perSecond, "patches/s", share: vision.shareOfCeiling))
        }
        lines.append(line("prefill", found.prefill.perSecond, "tokens/s", share: found.prefill.shareOfCeiling))
        for (batch, value) in found.decode {
            lines.append(line("decode, batch \(batch)", value.perSecond, "tokens/s", share: value.shareOfCeiling))
        }
        if let first = found.firstToken {
            lines.append(line("first token of a page", first.seconds * 1000, "ms"))
        }
        lines.append(line("peak memory", Double(PeakMemory.bytes) / 1e6, "MB"))
        return lines.joined(separator: "\n")
    }
}

/// What this process took at most.
enum PeakMemory {
    /// Resident bytes.
    static var bytes: Int {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
