import Foundation
import RectoDaemon
import RectoTestSupport
import Testing

/// Where records, errors and sources end up, and what people can ask for.
struct DeliveryTests {
    /// Drops files, one after the other, and reads each to its end.
    private func read(_ files: [(path: String, text: String)], in place: Workplace) async throws {
        for file in files {
            try place.drop(file.text, as: file.path)
            let report = await place.intake.step(at: .zero, hints: InboxHints(rescan: true))
            #expect(report.problem == nil)
            try await place.work()
        }
    }

    @Test func recordsAreNumberedWhenTheSameNameComesAgain() async throws {
        let place = try Workplace(TemporaryFolder())
        try await read([("a.pdf", "one"), ("a.pdf", "two"), ("a.pdf", "three")], in: place)
        #expect(place.files(in: place.folders.outbox) == ["a.2.json", "a.3.json", "a.json"])
        #expect(place.files(in: place.folders.archive) == ["a.2.pdf", "a.3.pdf", "a.pdf"])
        #expect(try place.text(place.folders.outbox, "a.3.json").contains("three"))
    }

    @Test func recordsThatNeedReviewAreFiledApart() async throws {
        let place = try Workplace(TemporaryFolder())
        let unsure = [("invoice/a.pdf", "unsure 1"), ("invoice/a.pdf", "unsure 2"), ("invoice/b.pdf", "sure")]
        try await read(unsure + [("c.pdf", "unsure, but transcribed")], in: place)
        #expect(place.files(in: place.folders.review) == ["invoice/a.2.json", "invoice/a.json"])
        #expect(place.files(in: place.folders.outbox) == ["c.json", "invoice/b.json"])
        #expect(place.files(in: place.folders.archive).count == 4, "their sources were read")
    }

    @Test func aReviewedRecordWhoseNameIsTakenStaysApart() async throws {
        let place = try Workplace(TemporaryFolder())
        let taken = URL(filePath: place.folders.review).appending(path: "invoice/a.json")
        try FileManager.default.createDirectory(
            at: taken.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data("somebody else's".utf8).write(to: taken)
        try await read([("invoice/a.pdf", "unsure")], in: place)
        #expect(place.files(in: place.folders.review) == ["invoice/a.2.json", "invoice/a.json"])
        #expect(place.files(in: place.folders.outbox).isEmpty)
        #expect(try place.text(place.folders.review, "invoice/a.json") == "somebody else's")
    }

    @Test func anotherEndingKeepsItInItsRecord() async throws {
        let place = try Workplace(TemporaryFolder(), onExists: .replace)
        try await read([("a.pdf", "one"), ("a.png", "two"), ("a.png", "three")], in: place)
        #expect(place.files(in: place.folders.outbox) == ["a.json", "a.png.json"])
        #expect(try place.text(place.folders.outbox, "a.json").contains("one"))
        #expect(try place.text(place.folders.outbox, "a.png.json").contains("three"))
    }

    @Test func aRecordIsReplacedOnlyWhenTheConfigurationSaysSo() async throws {
        let replacing = try Workplace(TemporaryFolder(), onExists: .replace)
        try await read([("a.pdf", "one"), ("a.pdf", "two")], in: replacing)
        #expect(replacing.files(in: replacing.folders.outbox) == ["a.json"])
        #expect(try replacing.text(replacing.folders.outbox, "a.json").contains("two"))
        let refusing = try Workplace(TemporaryFolder(), onExists: .refuse)
        try await read([("a.pdf", "one"), ("a.pdf", "two")], in: refusing)
        #expect(try refusing.text(refusing.folders.outbox, "a.json").contains("one"))
        #expect(refusing.files(in: refusing.folders.failed) == ["a.error.json", "a.pdf"])
        #expect(try refusing.text(refusing.folders.failed, "a.error.json").contains("delivery.record-exists"))
    }

    @Test func failedSourcesLieBesideTheirErrors() async throws {
        let place = try Workplace(TemporaryFolder())
        try await read([("x/a.pdf", "bad 1"), ("x/a.pdf", "bad 2"), ("x/a.png", "bad 3")], in: place)
        let expected = ["x/a.2.error.json", "x/a.2.pdf", "x/a.error.json", "x/a.pdf", "x/a.png", "x/a.png.error.json"]
        #expect(place.files(in: place.folders.failed) == expected)
        #expect(try place.text(place.folders.failed, "x/a.2.pdf") == "bad 2")
        #expect(try place.text(place.folders.failed, "x/a.png.error.json").contains("\"x/a.png\""))
    }

    @Test func aNameAsLongAsTheFileSystemAllowsStillGetsItsRecord() async throws {
        let place = try Workplace(TemporaryFolder())
        try await read([(String(repeating: "ä", count: 125) + ".pdf", "long")], in: place)
        #expect(place.files(in: place.folders.outbox).count == 1)
        #expect(try place.journal.jobs().map(\.state) == [.done])
    }

    @Test func aDuplicateNamesTheFirstDocumentWithTheSameBytes() async throws {
        let place = try Workplace(TemporaryFolder())
        try await read([("a.pdf", "same"), ("b.pdf", "same"), ("c.pdf", "same"), ("d.pdf", "other")], in: place)
        #expect(try place.text(place.folders.outbox, "b.json").contains(#""duplicate_of": "a.pdf""#))
        #expect(try place.text(place.folders.outbox, "c.json").contains(#""duplicate_of": "a.pdf""#))
        #expect(try place.text(place.folders.outbox, "a.json").contains(#""duplicate_of": """#))
        #expect(try place.text(place.folders.outbox, "d.json").contains(#""duplicate_of": """#))
    }

    @Test func aSourceLeftInTheInboxIsReadAgainOnlyWhenItChanges() async throws {
        let place = try Workplace(TemporaryFolder(), afterSuccess: .leave)
        try await read([("a.pdf", "one")], in: place)
        #expect(place.files(in: place.folders.inbox) == ["a.pdf"])
        #expect(await place.intake.step(at: .seconds(9), hints: InboxHints(rescan: true)).admitted.isEmpty)
        try place.drop("one and more", as: "a.pdf")
        #expect(await place.intake.step(at: .seconds(99), hints: InboxHints(rescan: true)).admitted.count == 1)
    }

    @Test func aFailedJobCanBeRetriedAndThenHasOneResult() async throws {
        let place = try Workplace(TemporaryFolder())
        try await read([("a.pdf", "bad")], in: place)
        let inspector = try JournalInspector(folders: place.folders)
        let id = try #require(try inspector.jobs().first?.id)
        #expect(try inspector.request(.retry, of: String(id.prefix(10))) == false)
        try Data("good now".utf8).write(to: URL(filePath: place.folders.failed + "/a.pdf"))
        try await place.work()
        #expect(place.files(in: place.folders.failed) == [])
        #expect(place.files(in: place.folders.outbox) == ["a.json"])
        #expect(try inspector.report(on: id).job.state == .done)
        #expect(throws: DaemonError.jobStateForbids(id: id, state: "done", request: "cancel")) {
            try inspector.request(.cancel, of: id)
        }
        #expect(throws: DaemonError.jobNotFound(id: "nonsense")) { try inspector.report(on: "nonsense") }
    }

    @Test func aQueuedJobCanBeCancelled() async throws {
        let place = try Workplace(TemporaryFolder())
        try place.drop("good", as: "a.pdf")
        let id = try #require(await place.intake.step(at: .zero).admitted.first)
        try JournalInspector(folders: place.folders).request(.cancel, of: id)
        try await place.work()
        #expect(place.files(in: place.folders.failed) == ["a.error.json", "a.pdf"])
        #expect(try place.text(place.folders.failed, "a.error.json").contains("job.cancelled"))
        #expect(try place.journal.pendingCommands() == [])
    }

    @Test func failuresOfTheSurroundingsAreTriedAgainAndThenReported() async throws {
        let place = try Workplace(TemporaryFolder(), retry: RetryPolicy(attempts: 3, firstPause: .seconds(10)))
        try await read([("a.pdf", "dull")], in: place)
        #expect(try place.journal.jobs().map(\.state) == [.waitingRetry])
        try await place.work(at: .seconds(9))
        #expect(try place.journal.jobs().map(\.attempts) == [1])
        try await place.work(at: .seconds(10))
        try await place.work(at: .seconds(30))
        #expect(try place.journal.jobs().map(\.state) == [.failed])
        #expect(try place.text(place.folders.failed, "a.error.json").contains("page.time-limit"))
        #expect(try place.journal.attempts(of: place.journal.jobs()[0].id).count == 3)
    }

    @Test func aDocumentOverWhichTheDaemonKeepsDyingIsPutAside() async throws {
        let folder = try TemporaryFolder()
        let policy = RetryPolicy(crashLimit: 3)
        do {
            let place = try Workplace(folder, retry: policy)
            try place.drop("good", as: "a.pdf")
            _ = await place.intake.step(at: .zero)
        }
        for _ in 0..<3 {
            let place = try Workplace(folder, retry: policy)
            try await place.recover()
            #expect(try await place.desk.next(at: .zero) != nil)
        }
        let place = try Workplace(folder, retry: policy)
        try await place.recover()
        #expect(try await place.desk.next(at: .zero) == nil)
        #expect(try place.text(place.folders.failed, "a.error.json").contains("job.crashed-repeatedly"))
    }

    /// Two documents, the first of which cannot be delivered: a file lies where its folder must be.
    private func blockedPlace() async throws -> (place: Workplace, blocked: String) {
        let place = try Workplace(TemporaryFolder(), retry: RetryPolicy(firstPause: .seconds(10)))
        try place.drop("first", as: "a/first.pdf")
        let id = try #require(await place.intake.step(at: .zero, hints: InboxHints(rescan: true)).admitted.first)
        try Data("in the way".utf8).write(to: URL(filePath: place.folders.outbox + "/a"))
        try place.drop("second", as: "second.pdf")
        #expect(await place.intake.step(at: .zero, hints: InboxHints(rescan: true)).admitted.count == 1)
        try await place.work()
        return (place, id)
    }

    @Test func aRecordWithoutAPlaceHoldsNoOtherUpAndIsDeliveredWhenThereIsOne() async throws {
        let (place, id) = try await blockedPlace()
        #expect(place.files(in: place.folders.outbox) == ["a", "second.json"])
        #expect(try place.journal.job(id)?.state == .delivering)
        try await place.work(at: .seconds(10))
        let waits = try place.journal.history(of: id).filter { $0.kind == "delivery-waits" }
        #expect(waits.count == 1)
        #expect(waits.first?.detail?.contains("a file is in the way") == true)
        try FileManager.default.removeItem(atPath: place.folders.outbox + "/a")
        try await place.work(at: .seconds(29))
        #expect(place.files(in: place.folders.outbox) == ["second.json"])
        try await place.work(at: .seconds(30))
        #expect(place.files(in: place.folders.outbox) == ["a/first.json", "second.json"])
        #expect(try place.journal.job(id)?.state == .done)
    }

    @Test func aPersonCanAskForADeliveryAtOnce() async throws {
        let (place, id) = try await blockedPlace()
        try FileManager.default.removeItem(atPath: place.folders.outbox + "/a")
        try JournalInspector(folders: place.folders).request(.retry, of: id)
        try await place.work(at: .seconds(1))
        try await place.work(at: .seconds(1))
        #expect(place.files(in: place.folders.outbox) == ["a/first.json", "second.json"])
        #expect(try place.journal.pendingCommands() == [])
    }

    @Test func aRecordWithoutAPlaceCanBeCancelledAndItsErrorKeepsTheRecord() async throws {
        let (place, id) = try await blockedPlace()
        try JournalInspector(folders: place.folders).request(.cancel, of: id)
        try await place.work(at: .seconds(1))
        #expect(try place.journal.job(id)?.state == .cancelled)
        #expect(place.files(in: place.folders.failed) == ["a/first.error.json", "a/first.pdf"])
        #expect(try place.text(place.folders.failed, "a/first.error.json").contains(#""text" : "first""#))
        try FileManager.default.removeItem(atPath: place.folders.outbox + "/a")
        try await place.work(at: .seconds(99))
        #expect(place.files(in: place.folders.outbox) == ["second.json"])
        #expect(try place.journal.pendingCommands() == [])
    }

    @Test func anErrorWithoutAPlaceCannotBeCancelledAndSaysWhatToDo() async throws {
        let place = try Workplace(TemporaryFolder())
        try Data("in the way".utf8).write(to: URL(filePath: place.folders.failed + "/a"))
        try await read([("a/first.pdf", "bad")], in: place)
        let inspector = try JournalInspector(folders: place.folders)
        let id = try #require(try inspector.jobs(in: [.delivering]).first?.id)
        let error = #expect(throws: DaemonError.self) { try inspector.request(.cancel, of: id) }
        #expect(error?.description.contains("recto jobs show \(id)") == true)
    }
}
