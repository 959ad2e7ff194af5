import Foundation
import RectoDaemon
import RectoTestSupport
import Testing

/// The real process: shutting down, coming back, refusing a rival.
@Suite(.serialized)
struct DaemonProcessTests {
    private let folder: TemporaryFolder
    private let settings = """
        inbox: {quiet-period: 50ms, rescan-interval: 1s}
        jobs: {shutdown-grace: 100ms}
        disk: {min-free: 1MiB}
        """

    init() throws { folder = try TemporaryFolder() }

    private func drop(_ text: String) throws {
        let inbox = folder.url.appending(path: "inbox")
        try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: inbox.appending(path: "long.pdf"))
    }

    @Test func sigtermHandsBackInTimeAndFinishedPagesAreNotReadAgain() async throws {
        try drop("good long 60")
        let journal = Folders(below: folder.url.path)
        let first = try await Harness.launch(in: folder.url, configuration: settings) {
            guard let inspector = try? JournalInspector(folders: journal), let job = try? inspector.jobs().first
            else { return false }
            return ((try? inspector.report(on: job.id).finishedPages) ?? 0) >= 5
        } then: { process in
            process.terminate()
        }
        #expect(try await first.status() == 0)
        let inspector = try JournalInspector(folders: journal)
        let job = try #require(try inspector.jobs().first)
        #expect(job.state == .queued)
        #expect(job.attempts == 0)
        let second = try await Harness.launch(in: folder.url, configuration: settings)
        defer { second.terminate() }
        let record = folder.url.appending(path: "outbox/long.json")
        #expect(try await Harness.eventually { FileManager.default.fileExists(atPath: record.path) })
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: record)) as? [String: Any]
        let run = try #require(object?["run"] as? [String: Any])
        #expect(try #require(run["kept-pages"] as? Int) >= 5)
        #expect((object?["fields"] as? [String: [String]])?["pages"]?.count == 60)
    }

    @Test func aSecondDaemonRefusesToStart() async throws {
        let first = try await Harness.launch(in: folder.url, configuration: settings)
        defer { first.terminate() }
        let lock = folder.url.appending(path: "state/lock")
        #expect(try await Harness.eventually { ((try? Data(contentsOf: lock))?.count ?? 0) > 0 })
        let second = try await Harness.launch(in: folder.url, configuration: settings)
        #expect(try await second.status() == 2)
        #expect(first.isRunning)
    }

    @Test(arguments: ["inotify", "polling"])
    func aDocumentIsReadHoweverTheInboxIsWatched(watching: String) async throws {
        let configuration = """
            inbox: {quiet-period: 50ms, rescan-interval: 1h, poll-interval: 100ms, watching: \(watching)}
            disk: {min-free: 1MiB}
            """
        let process = try await Harness.launch(in: folder.url, configuration: configuration)
        defer { process.terminate() }
        let journal = folder.url.appending(path: "state/journal.sqlite").path
        #expect(try await Harness.eventually { FileManager.default.fileExists(atPath: journal) })
        try drop("good one 1")
        let record = folder.url.appending(path: "outbox/long.json")
        #expect(try await Harness.eventually { FileManager.default.fileExists(atPath: record.path) })
    }

    @Test func aRunningJobCanBeCancelledByAnotherProcess() async throws {
        try drop("good long 100000")
        let folders = Folders(below: folder.url.path)
        let error = folder.url.appending(path: "failed/long.error.json")
        let process = try await Harness.launch(in: folder.url, configuration: settings)
        defer { process.terminate() }
        #expect(
            try await Harness.eventually {
                guard let inspector = try? JournalInspector(folders: folders),
                    let job = try? inspector.jobs(in: [.running]).first
                else { return false }
                return (try? inspector.request(.cancel, of: job.id)) == true
            }
        )
        // The daemon looks at its commands twice a second.
        let duration = try await Harness.duration { FileManager.default.fileExists(atPath: error.path) }
        #expect(try #require(duration) < .seconds(10))
        #expect(try String(contentsOf: error, encoding: .utf8).contains("job.cancelled"))
    }
}
