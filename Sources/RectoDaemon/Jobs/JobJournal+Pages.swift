package import Foundation
import GRDB

extension JobJournal {
    /// A finished page of an unfinished job.
    package func pageResult(of job: String, key: String) throws -> Data? {
        try read {
            try Data.fetchOne($0, sql: "SELECT bytes FROM pageResult WHERE job = ? AND key = ?", arguments: [job, key])
        }
    }

    /// Keeps a finished page, and remembers that the document does not kill the daemon at once.
    package func savePageResult(_ bytes: Data, of job: String, key: String) throws {
        try write("save-page") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO pageResult (job, key, bytes) VALUES (?, ?, ?)",
                arguments: [job, key, bytes]
            )
            try database.execute(sql: "UPDATE job SET crashes = 0 WHERE id = ?", arguments: [job])
        }
    }

    /// How many pages of an unfinished job are kept.
    package func pageResultCount(of job: String) throws -> Int {
        try read {
            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM pageResult WHERE job = ?", arguments: [job]) ?? 0
        }
    }
}

/// The journal as one job sees it while it is processed.
package struct JournalPageStore: PageResultStore {
    private let journal: JobJournal
    private let job: String
    private let heartbeat: Heartbeat

    package init(journal: JobJournal, job: String, heartbeat: Heartbeat) {
        self.journal = journal
        self.job = job
        self.heartbeat = heartbeat
    }

    package func result(for key: String) async -> Data? {
        heartbeat.beat(job)
        return try? await BlockingThread.run { try journal.pageResult(of: job, key: key) }
    }

    package func save(_ result: Data, for key: String) async throws {
        heartbeat.beat(job)
        try await BlockingThread.run { try journal.savePageResult(result, of: job, key: key) }
    }

    package func noteProgress() { heartbeat.beat(job) }
}
