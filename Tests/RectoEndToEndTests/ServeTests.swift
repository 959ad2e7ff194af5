import Foundation
import RectoTestSupport
import Testing

/// The real daemon with the real renderer and the shipped reader, killed while it works.
@Suite(.serialized)
struct ServeTests {
    @Test func sixtyDocumentsSurviveFiveKillsWithExactlyOneResultEach() async throws {
        let folder = try TemporaryFolder()
        var trial = DaemonKillTrial(executable: RectoProgram.executable, folder: folder.url)
        trial.seed = 7
        trial.limit = 400
        trial.longestPause = 2500
        trial.configuration = """
            inbox: {quiet-period: 100ms, rescan-interval: 1s}
            jobs: {concurrency: 2, shutdown-grace: 20s}
            disk: {min-free: 1MiB}
            pipelines: \(RectoProgram.repository.path)/pipelines
            """
        let samples = RectoProgram.repository.appending(path: "samples")
        let receipt = try Data(contentsOf: samples.appending(path: "receipt.pdf"))
        let documents = (0..<60).map { number in
            let isGood = number % 6 != 5
            // A comment behind the end of the file makes every document's bytes, and so its hash, its own.
            let bytes = isGood ? receipt + Data("\n% \(number)\n".utf8) : Data("%PDF-1.7 damaged \(number)\n%%EOF".utf8)
            let folder = ["", "receipt/", "2026/november/"][number % 3]
            return DaemonKillTrial.Document(path: "\(folder)d\(number).pdf", bytes: bytes, isGood: isGood)
        }
        let outcome = try await onOwnThread { [trial] in try trial.run(documents) }
        for document in documents {
            #expect(outcome.records[document.path] ?? 0 == (document.isGood ? 1 : 0), "\(document.path)")
            #expect(outcome.errors[document.path] ?? 0 == (document.isGood ? 0 : 1), "\(document.path)")
        }
        #expect(outcome.partialFiles == [])
        #expect(outcome.leftOvers == [])
        #expect(outcome.killsInWork >= 3)
        #expect(outcome.exitStatus == 0)
        print("recto serve, killed \(outcome.kills) times, \(outcome.killsInWork) in work: \(outcome.seconds) s")
    }
}
