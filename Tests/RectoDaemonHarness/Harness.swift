import Foundation
import Logging
import RectoDaemon
import RectoPages

/// The daemon with a double in place of the pipeline, for tests that kill it: `recto-daemon-harness serve --config FILE`.
///
/// A document is text: `good ID PAGES` gives a record after some work for each page, anything else an error.
@main
struct Harness {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, arguments[1] == "serve", arguments[2] == "--config" else {
            print("usage: recto-daemon-harness serve --config FILE")
            exit(2)
        }
        var logger = Logger(label: "recto") { StreamLogHandler.standardError(label: $0) }
        let configuration = try DaemonConfiguration(contentsOf: arguments[3])
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        let daemon = Daemon(configuration: configuration, processor: DoubleProcessor(), logger: logger)
        do {
            try await daemon.run()
        } catch {
            logger.critical("the daemon ended", metadata: ["error": "\(error)"])
            exit(2)
        }
    }
}

/// Reads `good ID PAGES`, a page at a time, each kept as soon as it is finished.
struct DoubleProcessor: DocumentProcessor {
    let pipelineNames: Set<String> = ["transcribe", "invoice"]

    func process(_ document: ClaimedDocument, pages: any PageResultStore) async -> ProcessingOutcome {
        let text = (try? String(contentsOf: document.file, encoding: .utf8)) ?? ""
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[0] == "good", let count = Int(words[2].trimmingCharacters(in: .newlines)) else {
            let failure = JobFailure(code: "document.damaged", message: "this is no document", category: .document)
            return .failed(failure, partialRecord: nil)
        }
        var results: [String] = []
        var kept = 0
        for page in 1...count {
            if let saved = await pages.result(for: "page-\(page)") {
                results.append(String(decoding: saved, as: UTF8.self))
                kept += 1
                continue
            }
            do {
                try await Task.sleep(for: .milliseconds(40))
                let result = "page \(page) of \(words[1])"
                try await pages.save(Data(result.utf8), for: "page-\(page)")
                results.append(result)
            } catch {
                let failure = JobFailure(code: "run.interrupted", message: "\(error)", category: .environment)
                return .failed(failure, partialRecord: nil)
            }
        }
        let record: [String: Any] = [
            "recto": "1.0", "id": document.sha256, "status": "complete",
            "source": ["name": document.name, "path": document.path, "sha256": document.sha256],
            "fields": ["pages": results],
            "run": ["job": document.jobID, "kept-pages": kept, "attempt": document.attempt],
        ]
        guard let bytes = try? JSONSerialization.data(withJSONObject: record, options: [.prettyPrinted, .sortedKeys])
        else {
            let failure = JobFailure(code: "harness.record", message: "the record is no JSON", category: .defect)
            return .failed(failure, partialRecord: nil)
        }
        return .complete(record: bytes)
    }
}
