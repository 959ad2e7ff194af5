import Foundation
import Glibc
import RectoDaemon
import RectoTestSupport
import Testing

/// Every kind of writer of the reliability table, slow, against the rule of stillness; the clock is the test's.
struct WriterTests {
    private let place: Workplace
    private let path: String

    init() throws {
        place = try Workplace(TemporaryFolder(), quietPeriod: .seconds(2))
        path = place.folders.inbox + "/a.pdf"
    }

    /// Looks at the inbox at a second, without any event, and says how many documents were taken in.
    private func taken(at second: Int, touched: Set<String> = []) async -> Int {
        let hints = InboxHints(touched: touched, rescan: true)
        let report = await place.intake.step(at: .seconds(second), hints: hints)
        #expect(report.problem == nil)
        return report.admitted.count
    }

    /// Looks again until something is taken: a process that another test is just starting has its copy of every open
    /// file until it runs its own program.
    private func takenSoon(after second: Int) async -> Int {
        for later in second..<second + 200 {
            let count = await taken(at: later)
            if count > 0 { return count }
        }
        return 0
    }

    private func append(_ text: String, to file: String) throws {
        let descriptor = try open(file)
        _ = unsafe write(descriptor, text, text.utf8.count)
        close(descriptor)
    }

    private func open(_ file: String) throws -> Int32 {
        let descriptor = unsafe Glibc.open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        return descriptor
    }

    @Test func aCopyIsTakenOnlyAfterItsWriterClosedIt() async throws {
        let descriptor = try open(path)
        _ = unsafe write(descriptor, "half", 4)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 10) == 0)
        #expect(try place.journal.waitingFiles().map(\.path) == ["a.pdf"])
        _ = unsafe write(descriptor, "whole", 5)
        close(descriptor)
        #expect(await taken(at: 100) == 0)
        #expect(await taken(at: 101) == 0)
        #expect(await taken(at: 102) == 1)
        #expect(try place.journal.waitingFiles() == [])
        #expect(try place.journal.jobs().first?.bytes == 9)
    }

    @Test func aRenamedFileIsTakenWhenStillAndAPartFileNever() async throws {
        try append("whole", to: path + ".part")
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 10) == 0)
        try FileManager.default.moveItem(atPath: path + ".part", toPath: path)
        #expect(await taken(at: 20, touched: ["a.pdf"]) == 0)
        #expect(await taken(at: 22) == 1)
    }

    @Test func hardLinksAreFoundWithoutAnEventAndEachNameIsADocument() async throws {
        let outside = place.temporary.url.appending(path: "outside").path
        try append("whole", to: outside)
        try FileManager.default.linkItem(atPath: outside, toPath: path)
        try FileManager.default.linkItem(atPath: outside, toPath: place.folders.inbox + "/b.pdf")
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 2) == 2)
        let jobs = try place.journal.jobs()
        #expect(jobs.map(\.path).sorted() == ["a.pdf", "b.pdf"])
        #expect(jobs.last?.duplicateOf == jobs.first?.id)
    }

    @Test func aWriterThatComesBackIsWaitedFor() async throws {
        for second in 0..<6 {
            try append("line \(second)\n", to: path)
            #expect(await taken(at: second) == 0)
        }
        #expect(await taken(at: 6) == 0)
        #expect(await taken(at: 7) == 1)
        #expect(try place.journal.jobs().first?.bytes == 42)
    }

    @Test func anEventWithoutVisibleChangeStartsTheQuietPeriodAgain() async throws {
        try append("whole", to: path)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 2, touched: ["a.pdf"]) == 0)
        #expect(await taken(at: 3) == 0)
        #expect(await taken(at: 4) == 1)
    }

    @Test func oneOfTwoWritersIsEnoughToWait() async throws {
        let (first, second) = (try open(path), try open(path))
        _ = unsafe write(first, "one", 3)
        close(first)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 5) == 0)
        close(second)
        #expect(await takenSoon(after: 60) == 1)
    }

    @Test func aWritableMappingCountsAsAWriter() async throws {
        try append("mapped", to: path)
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
        let mapping = unsafe mmap(nil, 6, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        close(descriptor)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 5) == 0)
        unsafe munmap(mapping, 6)
        #expect(await takenSoon(after: 60) == 1)
    }

    @Test func aFolderMovedInIsSearchedAlthoughOnlyItsOwnEventCame() async throws {
        #expect(await taken(at: 0) == 0)
        let outside = place.temporary.url.appending(path: "batch/deep")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        try append("one", to: outside.appending(path: "one.pdf").path)
        try FileManager.default.moveItem(
            atPath: outside.deletingLastPathComponent().path,
            toPath: place.folders.inbox + "/invoice"
        )
        let seen = await place.intake.step(at: .seconds(1), hints: InboxHints(touched: ["invoice"]))
        #expect(seen.admitted.isEmpty)
        let still = await place.intake.step(at: .seconds(3))
        #expect(still.admitted.count == 1)
        #expect(try place.journal.jobs().map(\.path) == ["invoice/deep/one.pdf"])
        #expect(try place.journal.jobs().map(\.pipeline) == ["invoice"])
    }

    @Test func aPDFWithoutItsEndIsGivenMoreTimeAsItsWriterMayBeUnseen() async throws {
        place.plan.writers = .unknown
        try append("%PDF-1.7 half", to: path)
        for second in [0, 2, 10, 20] { #expect(await taken(at: second) == 0) }
        #expect(try place.journal.waitingFiles().map(\.path) == ["a.pdf"])
        try append(" and whole %%EOF\n", to: path)
        #expect(await taken(at: 21) == 0)
        #expect(await taken(at: 23) == 1)
        #expect(try place.journal.waitingFiles() == [])
        #expect(place.records.lines.filter { $0.contains("a.pdf") }.count == 1)
    }

    @Test func aPDFThatNeverGetsItsEndIsTakenAsItIsInTheEnd() async throws {
        place.plan.writers = .unknown
        try append("%PDF-1.7 half", to: path)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 2) == 0)
        try append(" more", to: path)
        for second in [15, 30, 44] { #expect(await taken(at: second) == 0) }
        #expect(await taken(at: 45) == 1)
        #expect(UnfinishedPDF.patience(quietPeriod: .seconds(5)) == .seconds(50))
    }

    @Test func theEndOfAPDFIsFoundBeforeSomeAppendedBytesOnly() throws {
        let end = String(repeating: "x", count: 2000)
        for (text, isUnfinished) in [("%PDF-1.4 %%EOF\n" + end, false), ("%PDF-1.4 %%EOF\n" + end + end, true)] {
            try Data(text.utf8).write(to: URL(filePath: path))
            let size = Int64(text.utf8.count)
            #expect(try UnfinishedPDF.lies(at: path, size: size, files: PosixFiles()) == isUnfinished)
        }
    }

    @Test func linksAndPipesAreRefusedWithOneWarningEach() async throws {
        let inbox = place.folders.inbox
        try FileManager.default.createSymbolicLink(atPath: inbox + "/link.pdf", withDestinationPath: "/etc/hostname")
        #expect(unsafe mkfifo(inbox + "/pipe.pdf", 0o644) == 0)
        for second in [0, 10, 50] { #expect(await taken(at: second) == 0) }
        _ = await place.intake.step(at: .seconds(51), hints: InboxHints(touched: ["link.pdf"]))
        let lines = place.records.lines
        #expect(lines.count == 2)
        #expect(lines.first?.contains("path=link.pdf reason=it is a symbolic link") == true)
        #expect(lines.last?.contains("path=pipe.pdf reason=it is a pipe") == true)
    }

    @Test func whatIsNoHandedOverFileIsLeftAlone() async throws {
        for name in [".hidden", "a.tmp", "a.PART", "a~", "~$a.docx", "a.crdownload"] {
            try append("x", to: place.folders.inbox + "/" + name)
        }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/hostname")
        unsafe mkfifo(place.folders.inbox + "/pipe", 0o644)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 100) == 0)
        #expect(place.files(in: place.folders.inbox).count == 8)
    }

    @Test func anEmptyFileIsGivenThreeTimesAsLong() async throws {
        try append("", to: path)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 5) == 0)
        #expect(await taken(at: 6) == 1)
    }

    @Test func aWriterThatGoesOnAfterTheClaimIsWaitedForInTheSpool() async throws {
        place.plan.writers = .unknown
        try append("half", to: path)
        place.plan.onRename = { target in
            guard target.hasSuffix("/a.pdf") else { return }
            let handle = FileHandle(forWritingAtPath: target)
            _ = try? handle?.seekToEnd()
            try? handle?.write(contentsOf: Data(" and whole".utf8))
        }
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 2) == 0)
        place.plan.onRename = nil
        #expect(await taken(at: 3) == 0)
        #expect(await taken(at: 5) == 1)
        #expect(try place.journal.jobs().first?.bytes == 14)
    }

    @Test func aDocumentThatChangesWhileItIsReadIsReadAgain() async throws {
        try append("good", to: path)
        #expect(await taken(at: 0) == 0)
        #expect(await taken(at: 2) == 1)
        let document = try #require(try await place.desk.next(at: .zero))
        let outcome = try place.outcome(of: document)
        try append(" and more", to: document.file.path)
        try await place.desk.finish(document.jobID, outcome, at: .zero)
        #expect(place.files(in: place.folders.outbox) == [])
        try await place.work()
        #expect(try place.text(place.folders.outbox, "a.json").contains("good and more"))
        #expect(try place.journal.jobs().first?.attempts == 1)
    }

    @Test func lostEventsLeadToALookAtEverything() async throws {
        let events = try InotifyEvents {}
        #expect(events.watch([""], inbox: place.folders.inbox).isEmpty)
        #expect(events.takeHints() == InboxHints())
        events.note(watch: -1, mask: 0x4000, name: "")
        #expect(events.takeHints() == InboxHints(rescan: true))
        events.note(watch: 1, mask: 0x4000_0100, name: "folder")
        #expect(events.takeHints() == InboxHints(touched: ["folder"], rescan: true))
    }
}
