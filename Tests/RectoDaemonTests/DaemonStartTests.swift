import Foundation
import RectoDaemon
import RectoPages
import RectoTestSupport
import Testing

/// Wrong settings end the daemon before it touches anything.
struct DaemonStartTests {
    private struct UnusedProcessor: DocumentProcessor {
        let pipelineNames: Set<String> = ["transcribe", "invoice"]

        func process(_ document: ClaimedDocument, pages: any PageResultStore) async -> ProcessingOutcome {
            let failure = JobFailure(code: "test.read", message: "nothing is read here", category: .defect)
            return .failed(failure, partialRecord: nil)
        }
    }

    private func failure(of settings: String) async throws -> DaemonError? {
        let configuration = try DaemonConfiguration(yaml: settings, file: "/etc/recto/recto.yaml")
        let daemon = Daemon(configuration: configuration, processor: UnusedProcessor(), logger: LogRecorder().logger)
        return await #expect(throws: DaemonError.self) { try await daemon.run() }
    }

    @Test(arguments: ["pipeline: invoce", "pipelines: /nope"])
    func aWrongPipelineEndsItWithoutATrace(setting: String) async throws {
        let folder = try TemporaryFolder()
        let error = try await failure(of: "folders: {base: \(folder.url.path)}\n\(setting)\n")
        #expect(error?.code == "configuration.invalid")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
    }

    @Test func aFolderThatCannotBeMadeIsAMistakeOfTheSettings() async throws {
        let error = try await failure(of: "folders: {base: /proc/nope}")
        #expect(error?.code == "configuration.folder-unusable")
        #expect(error?.category == .defect)
        #expect(error?.facts["path"] == "/proc/nope/inbox")
    }
}
