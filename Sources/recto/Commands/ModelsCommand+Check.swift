import ArgumentParser
import Foundation
import RectoVLM

extension ModelsCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks that a checkpoint is whole and its files belong together.",
            discussion: """
                Looks at the configuration, every tensor's presence, shape and numbers, the tokenizer, the image processor, and
                sends a tiny prompt through the network. Weights are read where they are, a piece at a time; the forward pass is
                skipped, and it is said why, where those that must be in memory do not fit. Exit status 1 when something is
                wrong; the places are named.

                Example:
                  recto models check models/idefics2-8b
                """
        )

        @OptionGroup var place: ModelPlace

        @Flag(help: "Print one JSON object with stable keys.")
        var json = false

        @Option(help: "Threads; else one for each core.")
        var threads: Int?

        func validate() throws {
            if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
        }

        func run() async throws {
            let found = try place.resolve()
            let check = try await ModelCheck(
                found.url,
                visionTower: place.visionTower,
                adapters: found.adapters,
                threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
            )
            StandardStreams.result(json ? try check.json : check.report)
            if !check.passed { throw ExitStatus.incomplete.exitCode }
        }
    }
}

extension ModelCheck {
    /// What is shown to people.
    fileprivate var report: String {
        var lines: [String] = []
        for check in checks {
            let subject = check.subject.rawValue.padding(toLength: 14, withPad: " ", startingAt: 0)
            let status = check.status.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            let line = status + subject + check.notes.joined(separator: "; ")
            lines.append(line.trimmingCharacters(in: .whitespaces))
            lines += check.problems.map { "        \($0.message) [\($0.code)]" }
        }
        if !unusedTensors.isEmpty {
            lines.append("\(unusedTensors.count) tensors that nothing uses:")
            lines += unusedTensors.map { "        \($0)" }
        }
        lines.append("\(path): \(passed ? "whole and fit to run" : "not fit to run")")
        return lines.joined(separator: "\n")
    }
}
