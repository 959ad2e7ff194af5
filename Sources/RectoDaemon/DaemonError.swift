import Foundation
public import RectoPages

/// What can go wrong around a document, outside of reading it.
public enum DaemonError: RectoError, Hashable {
    /// A call to the operating system failed.
    case systemCall(operation: String, path: String, number: Int32)
    /// A name is in use already.
    case nameTaken(path: String)
    /// A mistake in `recto.yaml`.
    case configuration(file: String, line: Int, column: Int, problem: String)
    /// A folder of the configuration cannot be made or used.
    case folderUnusable(path: String, problem: String)
    /// Another daemon works on the same state folder.
    case alreadyRunning(state: String, owner: String)
    /// The journal cannot be used.
    case journal(path: String, problem: String, transient: Bool)
    /// The journal does not sync as it must.
    case journalNotDurable(path: String, found: Int)
    /// The state folder lies where SQLite's journal is not safe.
    case stateOnNetwork(path: String, fileSystem: String)
    /// No such job.
    case jobNotFound(id: String)
    /// The job's state does not allow what was asked.
    case jobStateForbids(id: String, state: String, request: String)
    /// A record of that name exists and the configuration says `on-exists: refuse`.
    case recordExists(path: String)
    /// A document vanished from the spool.
    case documentMissing(path: String)
    /// The daemon died again and again while it read this document.
    case crashedRepeatedly(path: String, crashes: Int)
    /// Somebody cancelled the job.
    case cancelled(id: String)
    /// The document was not read in the configured time.
    case timeout(path: String, seconds: Int64)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .systemCall(_, _, let number):
            switch number {
            case ENOSPC, EDQUOT: "environment.no-space"
            case EIO: "environment.io-error"
            case EACCES, EPERM, EROFS: "environment.permission"
            default: "environment.system-call"
            }
        case .nameTaken: "delivery.name-taken"
        case .configuration: "configuration.invalid"
        case .folderUnusable: "configuration.folder-unusable"
        case .alreadyRunning: "daemon.already-running"
        case .journal: "journal.unusable"
        case .journalNotDurable: "journal.not-durable"
        case .stateOnNetwork: "configuration.state-on-network"
        case .jobNotFound: "job.not-found"
        case .jobStateForbids: "job.state-forbids"
        case .recordExists: "delivery.record-exists"
        case .documentMissing: "spool.document-missing"
        case .crashedRepeatedly: "job.crashed-repeatedly"
        case .cancelled: "job.cancelled"
        case .timeout: "job.timeout"
        }
    }

    /// Whose fault it is.
    public var category: FailureCategory {
        switch self {
        case .systemCall, .timeout: .environment
        case .journal(_, _, let transient): transient ? .environment : .defect
        case .recordExists, .cancelled, .crashedRepeatedly: .document
        case .nameTaken, .configuration, .folderUnusable, .alreadyRunning, .journalNotDurable, .stateOnNetwork,
            .jobNotFound, .jobStateForbids, .documentMissing:
            .defect
        }
    }

    /// What was found.
    public var facts: [String: String] {
        switch self {
        case .systemCall(let operation, let path, let number):
            ["operation": operation, "path": path, "errno": String(number)]
        case .nameTaken(let path), .recordExists(let path), .documentMissing(let path): ["path": path]
        case .configuration(let file, let line, let column, let problem):
            ["file": file, "line": String(line), "column": String(column), "found": problem]
        case .folderUnusable(let path, let problem): ["path": path, "found": problem]
        case .alreadyRunning(let state, let owner): ["path": state, "owner": owner]
        case .journal(let path, let problem, _): ["path": path, "found": problem]
        case .journalNotDurable(let path, let found): ["path": path, "expected": "2", "found": String(found)]
        case .stateOnNetwork(let path, let fileSystem): ["path": path, "found": fileSystem]
        case .jobNotFound(let id), .cancelled(let id): ["job": id]
        case .jobStateForbids(let id, let state, let request): ["job": id, "found": state, "request": request]
        case .crashedRepeatedly(let path, let crashes): ["path": path, "found": String(crashes)]
        case .timeout(let path, let seconds): ["path": path, "expected": "\(seconds) s"]
        }
    }

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .systemCall(let operation, let path, let number):
            "cannot \(operation) \(path): \(Self.explanation(of: number))"
        case .nameTaken(let path): "\(path) exists already and was not overwritten; move it away"
        case .configuration(let file, 0, _, let problem): "\(file): \(problem)"
        case .configuration(let file, let line, let column, let problem): "\(file):\(line):\(column): \(problem)"
        case .folderUnusable(let path, let problem):
            "the folder \(path) cannot be used: \(problem); change `folders` in recto.yaml or give Recto's user the right"
        case .alreadyRunning(let state, let owner):
            "another Recto daemon (\(owner)) works on \(state); stop it, or give this one its own `folders.state`"
        case .journal(let path, let problem, _):
            "the journal \(path) cannot be used: \(problem); check its permissions and the disk"
        case .journalNotDurable(let path, let found):
            "SQLite reports PRAGMA synchronous = \(found) for \(path) where 2 is needed; documents would not be safe"
        case .stateOnNetwork(let path, let fileSystem):
            "\(path) lies on \(fileSystem), where the journal is not safe; put `folders.state` on a local disk"
        case .jobNotFound(let id): "there is no job \(id); `recto jobs list` shows all"
        case .jobStateForbids(let id, let state, let request) where ["delivering", "filing"].contains(state):
            "job \(id) is \(state), so it cannot \(request): its result is decided and waits for its place on the disk; "
                + "`recto jobs show \(id)` says what is in the way, and `recto jobs retry \(id)` tries again at once"
        case .jobStateForbids(let id, let state, let request): "job \(id) is \(state), so it cannot \(request)"
        case .recordExists(let path):
            "\(path) exists and the configuration says `on-exists: refuse`; move it away and retry the job"
        case .documentMissing(let path):
            "the document \(path) vanished from the spool; only Recto may touch the state folder"
        case .crashedRepeatedly(let path, let crashes):
            "the daemon died \(crashes) times while it read \(path) without finishing a page; look at its log, then retry"
        case .cancelled(let id): "job \(id) was cancelled by a person; `recto jobs retry \(id)` reads it after all"
        case .timeout(let path, let seconds):
            "\(path) was not read within \(seconds) s; raise `jobs.timeout` or split the document"
        }
    }

    private static func explanation(of number: Int32) -> String {
        switch number {
        case ENOSPC: "no space left on the disk; free some, Recto goes on by itself"
        case EDQUOT: "the disk quota is used up; raise it, Recto goes on by itself"
        case EIO: "the disk reports an error; check it"
        case EACCES, EPERM: "permission denied; give Recto's user the right to write there"
        case EROFS: "the file system is mounted read-only"
        case ENOENT: "it does not exist"
        case ENAMETOOLONG: "the name is too long"
        case EEXIST, ENOTDIR: "a file is in the way where a folder must be; move it away"
        default: PosixFiles.explanation(of: number)
        }
    }
}
