package import Foundation
import GRDB

/// Where a test stops the daemon: it is asked before and after every durable step.
package protocol StepGate: Sendable {
    /// Called before a step; throwing means that the step never happened.
    func before(_ step: String) throws
    /// Called after a step; throwing means that it happened and nobody learned of it.
    func after(_ step: String) throws
}

/// What became of every job and page: SQLite in WAL mode, every commit synced before it is acknowledged.
package struct JobJournal: Sendable {
    private let database: DatabaseQueue
    package let path: String
    private let gate: (any StepGate)?

    /// Opens or makes the journal.
    ///
    /// GRDB's set-up of WAL mode ends with `PRAGMA synchronous = NORMAL`, under which a power cut loses commits that
    /// were acknowledged. FULL is therefore set after opening, and read back.
    package init(path: String, gate: (any StepGate)? = nil) throws {
        self.path = path
        self.gate = gate
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(10)
        configuration.label = "journal"
        do {
            database = try Self.open(path, configuration)
        } catch let error as DatabaseError {
            throw Self.translated(error, path)
        }
        let level = try synchronousLevel()
        guard level == 2 else { throw DaemonError.journalNotDurable(path: path, found: level) }
    }

    /// Opens the database and brings its tables up to date.
    ///
    /// The daemon and `recto jobs` may both find a new journal at the same moment: SQLite does not wait for a lock on the
    /// way to WAL mode, and of two that make the same table one fails. Whoever comes second finds all done.
    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        var triesLeft = 5
        while true {
            do {
                let database = try DatabaseQueue(path: path, configuration: configuration)
                try database.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
                try migrator.migrate(database)
                return database
            } catch let error as DatabaseError {
                triesLeft -= 1
                let isContention = [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_ERROR].contains(error.resultCode)
                guard isContention, triesLeft > 0 else { throw error }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    /// What the connection that writes says of `PRAGMA synchronous`; 2 is FULL.
    package func synchronousLevel() throws -> Int {
        try translating {
            try database.inDatabase { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
        }
    }

    /// Adds a job; one that is there already stays as it is.
    package func insert(_ job: Job) throws {
        try write("insert") { database in
            guard try !JobRow(job).exists(database) else { return }
            try JobRow(job).insert(database)
            try database.execute(
                sql: "UPDATE job SET sequence = (SELECT MAX(sequence) + 1 FROM job) WHERE id = ?",
                arguments: [job.id]
            )
            try Self.note("taken-in", job.duplicateOf.map { "same bytes as job \($0)" }, job.id, database)
        }
    }

    /// Finds a job.
    package func job(_ id: String) throws -> Job? {
        try read { try JobRow.fetchOne($0, key: id)?.job }
    }

    /// Jobs in the order in which they were taken in.
    package func jobs(in states: Set<JobState> = Set(JobState.allCases), limit: Int = -1) throws -> [Job] {
        try read { database in
            let marks = databaseQuestionMarks(count: states.count)
            let arguments = StatementArguments(states.map(\.rawValue)) + [limit]
            return try JobRow.fetchAll(
                database,
                sql: "SELECT * FROM job WHERE state IN (\(marks)) ORDER BY sequence LIMIT ?",
                arguments: arguments
            )
            .map(\.job)
        }
    }

    /// How many jobs are in each state.
    package func counts() throws -> [JobState: Int] {
        try read { database in
            var counts: [JobState: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT state, COUNT(*) FROM job GROUP BY state") {
                if let state = JobState(rawValue: row[0]) { counts[state] = row[1] }
            }
            return counts
        }
    }

    /// The first job with the same bytes, other than the one named.
    package func earlierJob(sha256: String, than id: String) throws -> Job? {
        try read {
            try JobRow.fetchOne(
                $0,
                sql: """
                    SELECT * FROM job WHERE sha256 = ? AND id <> ? AND state <> 'cancelled'
                    AND sequence < COALESCE((SELECT sequence FROM job WHERE id = ?), 9e15) ORDER BY sequence LIMIT 1
                    """,
                arguments: [sha256, id, id]
            )?
            .job
        }
    }

    /// The latest job whose record or error has this path.
    package func owner(ofOutput path: String) throws -> Job? {
        try read {
            try JobRow.fetchOne(
                $0,
                sql: "SELECT * FROM job WHERE outputPath = ? ORDER BY sequence DESC LIMIT 1",
                arguments: [path]
            )?
            .job
        }
    }

    /// What a source looked like that was put back into the inbox after it was read.
    package func leftSource(_ path: String) throws -> FileStatus? {
        try read {
            try JobRow.fetchOne(
                $0,
                sql: "SELECT * FROM job WHERE filedPath = ? ORDER BY sequence DESC LIMIT 1",
                arguments: [path]
            )?
            .job.identity
        }
    }

    /// Whether a job that is not at its end yet will write to this path.
    package func isPromised(_ path: String) throws -> Bool {
        try read {
            try Bool.fetchOne(
                $0,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM job WHERE state IN ('delivering', 'filing')
                    AND (outputPath = ? OR filedPath = ?))
                    """,
                arguments: [path, path]
            ) ?? false
        }
    }

    /// Changes a job in one durable step, together with what is noted of it.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - event: What happened, for `recto jobs show`.
    ///   - detail: More about it.
    ///   - delivery: Bytes to be delivered, kept until the job ends.
    ///   - change: Changes the job.
    /// - Returns: The job as it now is.
    /// - Throws: `DaemonError.jobNotFound`, `DaemonError.journal`, and what the change throws.
    @discardableResult
    package func update(
        _ id: String,
        event: String,
        detail: String? = nil,
        delivery: Data? = nil,
        _ change: (inout Job) throws -> Void
    ) throws -> Job {
        try write(event) { database in
            guard var job = try JobRow.fetchOne(database, key: id)?.job else { throw DaemonError.jobNotFound(id: id) }
            let before = job
            try change(&job)
            try JobRow(job).update(database)
            try Self.noteAttempt(from: before, to: job, database)
            try Self.note(event, detail, id, database)
            if let delivery {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO delivery (job, bytes) VALUES (?, ?)",
                    arguments: [id, delivery]
                )
            }
            if job.state.isFinal {
                try database.execute(sql: "DELETE FROM delivery WHERE job = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM pageResult WHERE job = ?", arguments: [id])
            }
            return job
        }
    }

    /// The bytes that a job has decided to deliver.
    package func delivery(of id: String) throws -> Data? {
        try read { try Data.fetchOne($0, sql: "SELECT bytes FROM delivery WHERE job = ?", arguments: [id]) }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translating { try database.read(body) }
    }

    func write<Value>(_ step: String, _ body: (Database) throws -> Value) throws -> Value {
        try gate?.before("journal " + step)
        let value = try translating { try database.write(body) }
        try gate?.after("journal " + step)
        return value
    }

    private func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError { throw Self.translated(error, path) }
    }

    private static func translated(_ error: DatabaseError, _ path: String) -> DaemonError {
        let transient: [ResultCode] = [
            .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_NOMEM, .SQLITE_CANTOPEN,
        ]
        return .journal(
            path: path,
            problem: error.message ?? "\(error.resultCode)",
            transient: transient.contains(error.resultCode.primaryResultCode)
        )
    }
}
