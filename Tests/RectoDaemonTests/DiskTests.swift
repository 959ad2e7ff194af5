import Foundation
import Glibc
import RectoDaemon
import RectoPages
import RectoTestSupport
import Testing

/// What happens when the disk does not play along.
struct DiskTests {
    @Test func theJournalSyncsEveryCommit() throws {
        let folder = try TemporaryFolder()
        let journal = try JobJournal(path: folder.url.appending(path: "journal.sqlite").path)
        #expect(try journal.synchronousLevel() == 2)
    }

    @Test(arguments: [ENOSPC, EIO, EDQUOT])
    func aFullOrFailingDiskKeepsTheDocumentInTheInbox(number: Int32) async throws {
        let place = try Workplace(TemporaryFolder())
        try place.drop("good", as: "a.pdf")
        place.plan.failure = number
        let report = await place.intake.step(at: .zero)
        #expect(report.admitted.isEmpty)
        #expect(report.problem?.category == .environment)
        #expect(place.files(in: place.folders.inbox) == ["a.pdf"])
        place.plan.failure = nil
        #expect(await place.intake.step(at: .seconds(1)).admitted.count == 1)
    }

    @Test func nothingIsTakenInWhileTooLittleIsFree() async throws {
        let place = try Workplace(TemporaryFolder())
        try place.drop("good", as: "a.pdf")
        place.plan.freeBytes = 1000
        #expect(await place.intake.step(at: .zero).problem?.code == "environment.no-space")
        #expect(place.files(in: place.folders.spool) == [])
        place.plan.freeBytes = nil
        #expect(await place.intake.step(at: .seconds(1)).admitted.count == 1)
    }

    @Test func aRecordThatFindsNoSpaceIsDeliveredLater() async throws {
        let place = try Workplace(TemporaryFolder())
        try place.drop("good", as: "a.pdf")
        _ = await place.intake.step(at: .zero)
        let document = try #require(try await place.desk.next(at: .zero))
        let outcome = try place.outcome(of: document)
        place.plan.failure = ENOSPC
        await #expect(throws: DaemonError.self) { try await place.desk.finish(document.jobID, outcome, at: .zero) }
        #expect(place.files(in: place.folders.outbox) == [])
        #expect(try place.journal.jobs().map(\.state) == [.delivering])
        await place.desk.pause(until: .seconds(5))
        place.plan.failure = nil
        _ = try await place.desk.tick(at: .seconds(5))
        #expect(place.files(in: place.folders.outbox) == ["a.json"])
        #expect(try place.journal.jobs().map(\.state) == [.done])
    }

    @Test func aFullDiskCostsNoAttempt() async throws {
        let place = try Workplace(TemporaryFolder(), retry: RetryPolicy(attempts: 1))
        try place.drop("good", as: "a.pdf")
        _ = await place.intake.step(at: .zero)
        for second in stride(from: 0, to: 50, by: 5) {
            let document = try #require(try await place.desk.next(at: .seconds(second)))
            let failure = JobFailure(code: "environment.no-space", message: "full", category: .environment)
            try await place.desk.finish(document.jobID, .failed(failure, partialRecord: nil), at: .seconds(second))
            #expect(try await place.desk.next(at: .seconds(second + 4)) == nil)
        }
        try await place.work(at: .seconds(60))
        #expect(try place.journal.jobs().map(\.state) == [.done])
    }

    @Test func nothingIsEverOverwrittenByARename() throws {
        let folder = try TemporaryFolder()
        let (source, target) = (try folder.write([1], as: "a"), try folder.write([2], as: "b"))
        #expect(throws: DaemonError.nameTaken(path: target.path)) {
            try PosixFiles().rename(source.path, to: target.path, replacing: false)
        }
        #expect(try Data(contentsOf: target) == Data([2]))
    }

    @Test func networkFileSystemsArePolled() {
        #expect(MountKind(magic: 0x6969) == MountKind(name: "nfs", isRemote: true))
        #expect(MountKind(magic: 0xFF53_4D42).isRemote)
        #expect(MountKind(magic: 0x6573_5546).isRemote)
        #expect(!MountKind(magic: 0xEF53).isRemote)
    }

    @Test func aSecondDaemonOnTheSameStateIsRefused() throws {
        let place = try Workplace(TemporaryFolder())
        let lock = try StateLock(folders: place.folders)
        #expect(throws: DaemonError.alreadyRunning(state: place.folders.state, owner: "process \(getpid())")) {
            _ = try StateLock(folders: place.folders)
        }
        #expect(try JournalInspector(folders: place.folders).isDaemonRunning())
        withExtendedLifetime(lock) {}
    }
}
