import Foundation
import RectoDaemon
import Synchronization

/// The process of the test "died".
struct Crashed: Error {}

/// Counts the steps that change something on disk, and kills the process of the test at one of them.
final class FaultPlan: StepGate {
    enum Moment: String, Sendable, CaseIterable { case before, midway, after }

    private struct State {
        var steps: [String] = []
        var isDead = false
        var failure: Int32?
        var freeBytes: Int64?
        var writers: WriterPresence?
        var onRename: (@Sendable (String) -> Void)?
        var hasSeparateInbox = false
    }

    private let crashAt: Int?
    private let moment: Moment
    private let state = Mutex(State())

    init(crashAt: Int? = nil, moment: Moment = .before) {
        self.crashAt = crashAt
        self.moment = moment
    }

    /// What happened so far.
    var steps: [String] { state.withLock { $0.steps } }
    /// Whether the crash came.
    var isDead: Bool { state.withLock { $0.isDead } }
    /// Every change fails with this error number from now on.
    var failure: Int32? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }
    /// What the disk says is free.
    var freeBytes: Int64? {
        get { state.withLock { $0.freeBytes } }
        set { state.withLock { $0.freeBytes = newValue } }
    }
    /// What a lease says, whatever the kernel says.
    var writers: WriterPresence? {
        get { state.withLock { $0.writers } }
        set { state.withLock { $0.writers = newValue } }
    }
    /// Called with the target after each rename.
    var onRename: (@Sendable (String) -> Void)? {
        get { state.withLock { $0.onRename } }
        set { state.withLock { $0.onRename = newValue } }
    }
    /// Whether the inbox behaves as if it lay on a file system of its own.
    var hasSeparateInbox: Bool {
        get { state.withLock { $0.hasSeparateInbox } }
        set { state.withLock { $0.hasSeparateInbox = newValue } }
    }

    func before(_ step: String) throws {
        try live()
        let number = state.withLock { state in
            state.steps.append(step)
            return state.steps.count - 1
        }
        if number == crashAt, moment == .before { try die() }
    }

    func after(_ step: String) throws {
        if steps.count - 1 == crashAt { try die() }
    }

    /// Whether the step that has just begun shall end in the middle.
    var endsMidway: Bool { steps.count - 1 == crashAt && moment == .midway }

    func live() throws {
        if isDead { throw Crashed() }
    }

    private func die() throws {
        state.withLock { $0.isDead = true }
        throw Crashed()
    }
}

/// The real file operations with a plan of what goes wrong.
struct FaultyFiles: FileOperations {
    let plan: FaultPlan
    private let real = PosixFiles()

    init(_ plan: FaultPlan = FaultPlan()) { self.plan = plan }

    func status(of path: String) throws -> FileStatus? { try looking { try real.status(of: path) } }
    func names(in folder: String) throws -> [String] { try looking { try real.names(in: folder) } }
    func read(_ path: String) throws -> Data { try looking { try real.read(path) } }
    func read(_ path: String, from offset: Int64, count: Int) throws -> Data {
        try looking { try real.read(path, from: offset, count: count) }
    }
    func sha256(of path: String) throws -> String { try looking { try real.sha256(of: path) } }
    func isReadable(_ path: String) -> Bool { real.isReadable(path) }
    func writers(of path: String) -> WriterPresence { plan.writers ?? real.writers(of: path) }
    func freeBytes(at path: String) throws -> Int64 { try plan.freeBytes ?? real.freeBytes(at: path) }
    func mountKind(at path: String) throws -> MountKind { try real.mountKind(at: path) }

    func makeFolder(_ path: String) throws { try changing("make", path) { try real.makeFolder(path) } }
    func syncFolder(_ path: String) throws { try changing("sync", path) { try real.syncFolder(path) } }
    func remove(_ path: String) throws { try changing("remove", path) { try real.remove(path) } }
    func removeFolder(_ path: String) throws { try changing("remove folder", path) { try real.removeFolder(path) } }

    func rename(_ path: String, to target: String, replacing: Bool) throws {
        if plan.hasSeparateInbox, path.contains("/inbox/") != target.contains("/inbox/") {
            throw DaemonError.systemCall(operation: "rename", path: path, number: EXDEV)
        }
        try changing("rename", target) { try real.rename(path, to: target, replacing: replacing) }
        plan.onRename?(target)
    }

    func write(_ bytes: Data, to path: String) throws {
        try changing("write", path) {
            try real.write(plan.endsMidway ? bytes.prefix(bytes.count / 2) : bytes, to: path)
        }
    }

    func copy(_ path: String, to target: String) throws {
        try changing("copy", target) {
            guard plan.endsMidway else { return try real.copy(path, to: target) }
            let bytes = try real.read(path)
            try real.write(bytes.prefix(bytes.count / 2), to: target)
        }
    }

    private func looking<Value>(_ body: () throws -> Value) throws -> Value {
        try plan.live()
        return try body()
    }

    private func changing(_ step: String, _ path: String, _ body: () throws -> Void) throws {
        try plan.before("\(step) \(path.split(separator: "/").suffix(2).joined(separator: "/"))")
        if let number = plan.failure {
            throw DaemonError.systemCall(operation: step, path: path, number: number)
        }
        try body()
        try plan.after(step)
    }
}
