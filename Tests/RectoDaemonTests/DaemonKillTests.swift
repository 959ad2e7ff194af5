import Foundation
import RectoTestSupport
import Testing

/// The promise of exactly one result, shown on a real process that is killed.
@Suite(.serialized)
struct DaemonKillTests {
    @Test(arguments: [UInt64(1), 2])
    func sixtyDocumentsSurviveFiveKillsWithExactlyOneResultEach(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var trial = DaemonKillTrial(executable: Harness.executable, folder: folder.url)
        trial.seed = seed
        trial.configuration = """
            inbox: {quiet-period: 100ms, rescan-interval: 1s}
            jobs: {concurrency: 2, shutdown-grace: 2s}
            disk: {min-free: 1MiB}
            """
        let documents = (0..<60).map { number in
            let isGood = number % 6 != 5
            let text = isGood ? "good document-\(number) \(1 + number % 4)\n" : "bad \(number)\n"
            let folder = ["", "invoice/", "2026/november/"][number % 3]
            return DaemonKillTrial.Document(path: "\(folder)d\(number).pdf", bytes: Data(text.utf8), isGood: isGood)
        }
        let outcome = try await onOwnThread { [trial] in try trial.run(documents) }
        for document in documents {
            #expect(outcome.records[document.path] ?? 0 == (document.isGood ? 1 : 0), "\(document.path)")
            #expect(outcome.errors[document.path] ?? 0 == (document.isGood ? 0 : 1), "\(document.path)")
        }
        #expect(outcome.records.count == 50)
        #expect(outcome.errors.count == 10)
        #expect(outcome.partialFiles == [])
        #expect(outcome.leftOvers == [])
        #expect(outcome.killsInWork >= 3)
        #expect(outcome.exitStatus == 0)
        print(
            "kill trial, seed \(seed): \(outcome.kills) kills (\(outcome.killsInWork) in work),",
            "\(outcome.readings) readings of JSON files, \(outcome.seconds) s"
        )
    }
}
