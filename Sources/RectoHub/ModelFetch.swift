public import Foundation

/// Fetches a model from a hub into a folder, which appears when all of it has come and is what the hub said.
///
/// What has come of it waits in a folder beside it, `.NAME.fetch`; the next fetch goes on there.
public struct ModelFetch: Sendable {
    /// How far a fetch is.
    public struct Progress: Sendable, Hashable {
        /// The file that is coming.
        public var file: String
        /// Bytes of all files that are there.
        public var done: Int
        /// Bytes of all files.
        public var total: Int
    }

    /// What was fetched.
    public struct Result: Sendable, Hashable, Codable {
        /// The model's name on the hub.
        public var model: String
        /// The commit that all files are of.
        public var commit: String
        /// The folder.
        public var path: String
        /// The files, in the order of their names.
        public var files: [String]
        /// Bytes of all files.
        public var bytes: Int
    }

    private let name: HubModelName
    private let client: HubClient
    private let gguf: String?
    private let pause: @Sendable (Int) async throws -> Void

    /// Tries in a row that bring nothing, after which a fetch ends.
    private static let mostFailures = 4
    /// Left on the disk beside what is fetched.
    private static let spareBytes = 64 << 20

    /// Prepares a fetch; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - name: The model.
    ///   - address: The hub.
    ///   - gguf: A GGUF file that is wanted instead of a folder with safetensors.
    ///   - environment: Where proxies and certificates are named.
    public init(_ name: HubModelName, from address: HubAddress, gguf: String?, environment: [String: String]) {
        self.init(name, from: address, gguf: gguf, environment: environment) { failures in
            try await Task.sleep(for: .seconds(1 << min(failures, 5)))
        }
    }

    /// Prepares a fetch with pauses of one's own.
    ///
    /// - Parameters:
    ///   - name: The model.
    ///   - address: The hub.
    ///   - gguf: A GGUF file that is wanted instead of a folder with safetensors.
    ///   - environment: Where proxies and certificates are named.
    ///   - pause: Waits after so many failures in a row.
    package init(
        _ name: HubModelName,
        from address: HubAddress,
        gguf: String?,
        environment: [String: String],
        pause: @escaping @Sendable (Int) async throws -> Void
    ) {
        self.name = name
        self.gguf = gguf
        self.pause = pause
        client = HubClient(address: address, curl: CurlProcess(environment: environment, stallSeconds: 60))
    }

    /// Fetches the model.
    ///
    /// - Parameters:
    ///   - destination: The folder to make; nothing may be there yet.
    ///   - onProgress: Hears how far it is.
    /// - Returns: What was fetched.
    /// - Throws: `HubError`, or `CancellationError` when the task was cancelled; what has come stays for the next fetch.
    public func run(into destination: URL, onProgress: @Sendable (Progress) -> Void) async throws -> Result {
        let folder = try FetchFolder(for: destination)
        let commit = try await client.commit(of: name)
        let listing = try await client.files(of: name, commit: commit)
        let choice = try FileChoice(listing, model: "\(name)", gguf: gguf)
        var wanted = choice.settings
        try folder.checkSpace(for: wanted, commit: commit, spare: Self.spareBytes)
        var shards: [String]?
        if choice.hasIndex, let index = wanted.first(where: { $0.path == FileChoice.index }) {
            try await fetch(index, commit, folder) { _ in }
            shards = try folder.shards(in: index)
        }
        wanted += try choice.weights(shards: shards)
        try folder.checkSpace(for: wanted, commit: commit, spare: Self.spareBytes)
        let total = wanted.reduce(0) { $0 + $1.size }
        var done = 0
        for file in wanted {
            let before = done
            try await fetch(file, commit, folder) { count in
                onProgress(Progress(file: file.path, done: before + count, total: total))
            }
            done += file.size
        }
        try folder.finish(with: wanted)
        return Result(
            model: "\(name)",
            commit: commit,
            path: destination.path(percentEncoded: false),
            files: wanted.map(\.path).sorted(),
            bytes: total
        )
    }

    private func fetch(
        _ file: HubFile,
        _ commit: String,
        _ folder: FetchFolder,
        onGrowth: (Int) -> Void
    ) async throws {
        if try folder.has(file) { return onGrowth(file.size) }
        let part = try PartialFile(folder.partialFile(of: file, commit: commit))
        if part.count > file.size { try part.restart() }
        var digest = file.digest
        var failures = 0
        // How much ever came: what is fetched anew is no progress, so that a hub whose copy is too short is not asked for ever.
        var farthest = part.count
        // An empty file, or one that a fetch before brought whole, is not asked for; but who says what it must be?
        while part.count < file.size || digest == nil {
            do {
                let said = try await client.fetch(file, of: name, commit: commit, into: part, onGrowth: onGrowth)
                digest = digest ?? said
                if digest == nil { throw HubError.noChecksum(file: file.path) }
                if part.count < file.size {
                    let reason = "only \(part.count) of \(file.size) bytes of \(file.path) came"
                    throw HubError.connection(host: client.address.origin.host, reason: reason)
                }
            } catch let error as HubError where error.isPassing {
                failures = part.count > farthest ? 1 : failures + 1
                farthest = max(farthest, part.count)
                if failures > Self.mostFailures { throw error }
                try await pause(failures)
            }
        }
        guard let digest else { throw HubError.noChecksum(file: file.path) }
        try part.close()
        try folder.accept(part, as: file, digest: digest)
    }
}

extension HubError {
    /// Whether the next try may go better.
    fileprivate var isPassing: Bool {
        switch self {
        case .connection: true
        case .status(_, let status): status == 429 || status >= 500
        default: false
        }
    }
}
