public import RectoPages

/// Why a checkpoint cannot be fetched.
public enum HubError: RectoError, Equatable {
    /// Nobody said where the hub is.
    case noAddress
    /// The hub's address cannot be used.
    case badAddress(String, reason: String)
    /// A name that no model on a hub has.
    case badName(String)
    /// The program that speaks HTTP is not installed.
    case clientMissing
    /// A server cannot be reached, or the connection broke.
    case connection(host: String, reason: String)
    /// The hub wants to know who asks, or does not let them.
    case refused(String, status: Int, hasToken: Bool)
    /// The hub does not have it.
    case notFound(String)
    /// The hub answers with a status that is of no use.
    case status(String, status: Int)
    /// A redirect that must not be followed.
    case redirect(String, reason: String)
    /// An answer that is not what the hub's interface promises.
    case malformedAnswer(String, problem: String)
    /// A file name that would lie outside of the folder.
    case unsafePath(String)
    /// The model holds no weights of a kind that Recto reads.
    case noWeights(model: String, found: [String])
    /// Nothing says what the file's content must be.
    case noChecksum(file: String)
    /// What came is not what the hub said it has.
    case checksum(file: String, expected: String, found: String)
    /// More bytes came than the hub said there are.
    case tooLong(file: String, expected: Int)
    /// The disk is too small.
    case noSpace(path: String, neededBytes: Int, freeBytes: Int)
    /// Something is there already.
    case exists(path: String)
    /// Somebody else fetches into the same folder.
    case busy(path: String)
    /// The folder cannot be written.
    case notWritable(path: String, reason: String)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .noAddress: "hub.no-address"
        case .badAddress: "hub.address-invalid"
        case .badName: "hub.name-invalid"
        case .clientMissing: "hub.client-missing"
        case .connection: "hub.connection"
        case .refused: "hub.refused"
        case .notFound: "hub.not-found"
        case .status: "hub.status"
        case .redirect: "hub.redirect-refused"
        case .malformedAnswer: "hub.answer-malformed"
        case .unsafePath: "hub.path-outside"
        case .noWeights: "hub.no-weights"
        case .noChecksum: "hub.no-checksum"
        case .checksum: "hub.checksum"
        case .tooLong: "hub.too-long"
        case .noSpace: "hub.no-space"
        case .exists: "hub.exists"
        case .busy: "hub.busy"
        case .notWritable: "hub.not-writable"
        }
    }

    /// Whose fault it is.
    public var category: FailureCategory {
        switch self {
        case .clientMissing, .connection, .noSpace, .notWritable, .busy, .checksum, .tooLong: .environment
        case .status(_, let status): status == 429 || status >= 500 ? .environment : .defect
        default: .defect
        }
    }

    /// What was found and what was expected.
    public var facts: [String: String] {
        switch self {
        case .noAddress, .clientMissing: [:]
        case .badAddress(let address, let reason): ["address": address, "reason": reason]
        case .badName(let name): ["model": name]
        case .connection(let host, let reason): ["host": host, "reason": reason]
        case .refused(let what, let status, _), .status(let what, let status):
            ["what": what, "status": String(status)]
        case .notFound(let what), .unsafePath(let what), .noChecksum(let what): ["what": what]
        case .redirect(let what, let reason), .malformedAnswer(let what, let reason): ["what": what, "reason": reason]
        case .noWeights(let model, let found): ["model": model, "found": found.joined(separator: ", ")]
        case .checksum(let file, let expected, let found): ["file": file, "expected": expected, "found": found]
        case .tooLong(let file, let expected): ["file": file, "expected": String(expected)]
        case .noSpace(let path, let needed, let free):
            ["path": path, "needed": String(needed), "free": String(free)]
        case .exists(let path), .busy(let path): ["path": path]
        case .notWritable(let path, let reason): ["path": path, "reason": reason]
        }
    }

    /// One sentence that says what happened and what to do.
    public var description: String {
        switch self {
        case .noAddress:
            "No hub is configured, and none is asked unless one is: name its address as hub.endpoint in recto.yaml, or as "
                + "HF_ENDPOINT."
        case .badAddress(let address, let reason): "The hub's address \(address) cannot be used: \(reason)."
        case .badName(let name):
            "\(name) is no model's name; give OWNER/MODEL as the hub has it, with letters, digits, '.', '_' and '-'."
        case .clientMissing: "The program curl, which fetches for Recto, is not installed; install the package curl."
        case .connection(let host, let reason):
            "The connection to \(host) failed: \(reason); run the same command again, what has come is kept."
        case .refused(let what, let status, let hasToken):
            "The hub refuses \(what) with status \(status); "
                + (hasToken
                    ? "check the token, and whether its owner has accepted the model's terms."
                    : "a private or gated model needs a token (HF_TOKEN, or hub.token-file in recto.yaml).")
        case .notFound(let what): "The hub has no \(what); check the name and the revision."
        case .status(let what, let status): "The hub answers \(what) with status \(status); try again later."
        case .redirect(let what, let reason): "The hub redirects \(what), and that is not followed: \(reason)."
        case .malformedAnswer(let what, let problem):
            "The answer about \(what) is not a hub's: \(problem); check the hub's address."
        case .unsafePath(let path):
            "The hub lists the file name '\(Self.printable(path))', which would leave the folder; nothing is fetched."
        case .noWeights(let model, let found):
            "\(model) holds no weights that Recto reads (\(found.isEmpty ? "no files" : found.joined(separator: ", "))); "
                + "it takes model.safetensors, with or without an index, adapter_model.safetensors, or with --gguf a GGUF file."
        case .noChecksum(let file):
            "The hub says of \(file) neither a SHA-256 nor a git id, so nobody could tell whether it came whole."
        case .checksum(let file, let expected, let found):
            "\(file) came with the checksum \(found) instead of \(expected) and was dropped; run the command again."
        case .tooLong(let file, let expected):
            "More of \(file) came than the \(expected) bytes that the hub says it has; it was dropped."
        case .noSpace(let path, let needed, let free):
            "\(path) has \(megabytes(free)) MB of free space and \(megabytes(needed)) MB are needed; make room, or choose "
                + "another --output."
        case .exists(let path): "\(path) is there already; remove it, or choose another --output."
        case .busy(let path): "Another fetch is filling \(path); wait for it."
        case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)."
        }
    }

    /// A text from the hub without what a terminal would obey.
    static func printable(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }
}

private func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
