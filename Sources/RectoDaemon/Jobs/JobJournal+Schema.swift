import Foundation
import GRDB

/// A row of any table, read into a value.
struct Stored<Value: Decodable>: Decodable, FetchableRecord {
    let value: Value

    init(from decoder: any Decoder) throws { value = try Value(from: decoder) }
}

/// A row of the table of jobs.
struct JobRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "job"
    let job: Job

    init(_ job: Job) { self.job = job }
    init(from decoder: any Decoder) throws { job = try Job(from: decoder) }
    func encode(to encoder: any Encoder) throws { try job.encode(to: encoder) }
}

extension JobJournal {
    /// The tables, in the steps in which they came to be.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: jobs, attempts, page results, events") { database in
            try database.execute(
                sql: """
                    CREATE TABLE job (
                        id TEXT PRIMARY KEY NOT NULL, sequence INTEGER NOT NULL DEFAULT 0,
                        path TEXT NOT NULL, pipeline TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
                        state TEXT NOT NULL, verdict TEXT, attempts INTEGER NOT NULL, crashes INTEGER NOT NULL,
                        failure TEXT, duplicateOf TEXT, outputPath TEXT, filedPath TEXT, owner TEXT,
                        createdAt TEXT NOT NULL, finishedAt TEXT, identity TEXT NOT NULL
                    );
                    CREATE INDEX jobByState ON job (state);
                    CREATE INDEX jobByDigest ON job (sha256);
                    CREATE INDEX jobByOutput ON job (outputPath);
                    CREATE TABLE attempt (
                        job TEXT NOT NULL REFERENCES job (id), startedAt TEXT NOT NULL, endedAt TEXT,
                        owner TEXT, outcome TEXT
                    );
                    CREATE INDEX attemptByJob ON attempt (job);
                    CREATE TABLE delivery (job TEXT PRIMARY KEY REFERENCES job (id), bytes BLOB NOT NULL);
                    CREATE TABLE pageResult (
                        job TEXT NOT NULL REFERENCES job (id), key TEXT NOT NULL, bytes BLOB NOT NULL,
                        PRIMARY KEY (job, key)
                    );
                    CREATE TABLE event (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL REFERENCES job (id),
                        at TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT
                    );
                    CREATE INDEX eventByJob ON event (job);
                    CREATE TABLE command (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL REFERENCES job (id),
                        kind TEXT NOT NULL
                    );
                    CREATE TABLE waitingFile (path TEXT PRIMARY KEY, reason TEXT NOT NULL, since TEXT NOT NULL);
                    """
            )
        }
        return migrator
    }

    static func note(_ kind: String, _ detail: String?, _ job: String, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO event (job, at, kind, detail) VALUES (?, ?, ?, ?)",
            arguments: [job, Date(), kind, detail]
        )
    }

    static func noteAttempt(from before: Job, to after: Job, _ database: Database) throws {
        if before.state != .running, after.state == .running {
            try database.execute(
                sql: "INSERT INTO attempt (job, startedAt, owner) VALUES (?, ?, ?)",
                arguments: [after.id, Date(), after.owner]
            )
        } else if before.state == .running, after.state != .running {
            try database.execute(
                sql: "UPDATE attempt SET endedAt = ?, outcome = ? WHERE job = ? AND endedAt IS NULL",
                arguments: [Date(), after.verdict?.rawValue ?? after.state.rawValue, after.id]
            )
        }
    }
}
