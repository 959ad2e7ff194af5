public import Foundation
import GRDB

/// What a person asks of a job.
public enum JobCommand: String, Sendable, Codable, CaseIterable {
    /// Read the document again.
    case retry
    /// Stop, and put the source into `failed/`.
    case cancel
}

/// A file in the inbox that cannot be taken yet.
public struct WaitingFile: Sendable, Hashable, Codable {
    /// Relative to the inbox.
    public var path: String
    /// Why not, for people.
    public var reason: String
    /// Since when.
    public var since: Date

    package init(path: String, reason: String, since: Date) {
        self.path = path
        self.reason = reason
        self.since = since
    }
}

/// Something that happened to a job.
public struct JobHistoryEntry: Sendable, Hashable, Codable {
    /// When.
    public var at: Date
    /// What.
    public var kind: String
    /// More about it.
    public var detail: String?
}

/// One attempt at a job.
public struct JobAttempt: Sendable, Hashable, Codable {
    /// When it began.
    public var startedAt: Date
    /// When it ended; `nil` while it runs.
    public var endedAt: Date?
    /// The daemon process.
    public var owner: String?
    /// The state or verdict it ended with.
    public var outcome: String?
}

/// A command as it lies in the journal until it is carried out.
package struct PendingCommand: Sendable, Hashable {
    package var sequence: Int64
    package var job: String
    package var command: JobCommand
}

extension JobJournal {
    /// Leaves a command for the daemon.
    package func request(_ command: JobCommand, of job: String) throws {
        try write("request") {
            try $0.execute(sql: "INSERT INTO command (job, kind) VALUES (?, ?)", arguments: [job, command.rawValue])
        }
    }

    /// Commands in the order in which they were given.
    package func pendingCommands() throws -> [PendingCommand] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT sequence, job, kind FROM command ORDER BY sequence").compactMap {
                guard let command = JobCommand(rawValue: $0["kind"]) else { return nil }
                return PendingCommand(sequence: $0["sequence"], job: $0["job"], command: command)
            }
        }
    }

    /// Forgets a command that was carried out or refused.
    package func removeCommand(_ command: PendingCommand, note: String? = nil) throws {
        try write("remove-command") { database in
            try database.execute(sql: "DELETE FROM command WHERE sequence = ?", arguments: [command.sequence])
            if let note { try Self.note(command.command.rawValue + "-refused", note, command.job, database) }
        }
    }

    /// What happened to a job, oldest first.
    package func history(of job: String) throws -> [JobHistoryEntry] {
        try read {
            try Stored<JobHistoryEntry>.fetchAll(
                $0,
                sql: "SELECT at, kind, detail FROM event WHERE job = ? ORDER BY sequence",
                arguments: [job]
            )
            .map(\.value)
        }
    }

    /// The attempts at a job, oldest first.
    package func attempts(of job: String) throws -> [JobAttempt] {
        try read {
            try Stored<JobAttempt>.fetchAll(
                $0,
                sql: "SELECT startedAt, endedAt, owner, outcome FROM attempt WHERE job = ? ORDER BY rowid",
                arguments: [job]
            )
            .map(\.value)
        }
    }

    /// Files that wait in the inbox.
    package func waitingFiles() throws -> [WaitingFile] {
        try read { try Stored<WaitingFile>.fetchAll($0, sql: "SELECT * FROM waitingFile ORDER BY path").map(\.value) }
    }

    /// Replaces the list of files that wait in the inbox.
    package func setWaitingFiles(_ files: [WaitingFile]) throws {
        try write("waiting-files") { database in
            try database.execute(sql: "DELETE FROM waitingFile")
            for file in files {
                try database.execute(
                    sql: "INSERT INTO waitingFile (path, reason, since) VALUES (?, ?, ?)",
                    arguments: [file.path, file.reason, file.since]
                )
            }
        }
    }
}
