import Foundation
import RectoDaemon
import RectoTestSupport
import Synchronization
import Testing

/// The daemon and `recto jobs` at a journal that is just being made.
struct JournalOpeningTests {
    @Test func aNewJournalMayBeOpenedByManyAtOnce() throws {
        let folder = try TemporaryFolder()
        for round in 0..<20 {
            let path = folder.url.appending(path: "journal-\(round).sqlite").path
            let problems = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 6) { _ in
                do {
                    let journal = try JobJournal(path: path)
                    let level = try journal.synchronousLevel()
                    if level != 2 { problems.withLock { $0.append("synchronous is \(level)") } }
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
            }
            #expect(problems.withLock { $0 }.isEmpty, "\(problems.withLock { $0 })")
        }
    }
}
