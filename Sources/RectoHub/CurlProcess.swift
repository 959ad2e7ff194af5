import Foundation
import Subprocess
import SystemPackage

/// One HTTP request, made by the program curl.
///
/// So no code that speaks to the network is part of the program that reads documents; see the decision "The hub is asked by a
/// program of its own". Address and token go in by a pipe: arguments can be seen by everybody on the machine.
struct CurlProcess: Sendable {
    /// Surroundings of this program that curl may know: proxies and certificates.
    let environment: [String: String]
    /// Seconds without a byte after which a connection counts as broken.
    let stallSeconds: Int

    /// What a request asks for.
    struct Request: Sendable {
        let address: String
        var token: String?
        /// The first byte that is wanted.
        var start = 0
    }

    /// Makes a request and hands its answer over as it comes.
    ///
    /// - Parameters:
    ///   - request: The request; a redirect is not followed.
    ///   - onHead: Takes the head; false leaves the body unread.
    ///   - onBody: Takes the pieces of the body.
    /// - Returns: The head.
    /// - Throws: `HubError` when the server cannot be reached or its answer breaks off; what the closures throw.
    func send(
        _ request: Request,
        onHead: (HTTPHead) throws -> Bool,
        onBody: ([UInt8]) throws -> Void
    ) async throws -> HTTPHead {
        let host = HubAddress.Origin(request.address)?.host ?? request.address
        let outcome: (status: TerminationStatus, head: HTTPHead?, isLeft: Bool, errors: String?)
        do {
            let result = try await Subprocess.run(
                .name("curl"),
                arguments: Arguments(arguments),
                environment: .custom(surroundings),
                input: .string(Self.configuration(of: request)),
                output: .sequence,
                error: .string(limit: 1 << 16)
            ) { execution in
                do {
                    let (head, isLeft) = try await Self.read(
                        execution.standardOutput.map { buffer in
                            unsafe buffer.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
                        },
                        from: host,
                        onHead: onHead,
                        onBody: onBody
                    )
                    // Who sends without end is not listened to.
                    if isLeft { await execution.teardown(using: []) }
                    return (head, isLeft)
                } catch {
                    await execution.teardown(using: [])
                    throw error
                }
            }
            outcome = (
                result.terminationStatus, result.closureResult.0, result.closureResult.1, result.standardError
            )
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            if error.code == .executableNotFound { throw HubError.clientMissing }
            throw HubError.connection(host: host, reason: error.description)
        }
        try Task.checkCancellation()
        if outcome.isLeft, let head = outcome.head { return head }
        guard case .exited(0) = outcome.status, let head = outcome.head else {
            throw HubError.connection(host: host, reason: Self.reason(outcome.status, outcome.errors))
        }
        return head
    }

    /// Takes an answer apart.
    ///
    /// - Returns: The head, and whether the rest of the answer is not wanted.
    private static func read(
        _ pieces: some AsyncSequence<[UInt8], any Error>,
        from host: String,
        onHead: (HTTPHead) throws -> Bool,
        onBody: ([UInt8]) throws -> Void
    ) async throws -> (head: HTTPHead?, isLeft: Bool) {
        var reader = HTTPHeadReader()
        var isWanted: Bool?
        for try await piece in pieces {
            guard let body = reader.body(in: piece) else {
                throw HubError.malformedAnswer(host, problem: "it does not speak HTTP")
            }
            guard let head = reader.head else { continue }
            let wanted = try isWanted ?? onHead(head)
            isWanted = wanted
            if !wanted { return (head, true) }
            if !body.isEmpty { try onBody(body) }
        }
        return (reader.head, false)
    }

    private var arguments: [String] {
        [
            // Nobody's .curlrc plays a part.
            "--disable", "--silent", "--show-error", "--include", "--no-buffer", "--globoff",
            "--suppress-connect-headers",
            "--proto", "=http,https", "--connect-timeout", "30", "--speed-limit", "1", "--speed-time",
            "\(stallSeconds)",
            "--config", "-",
        ]
    }

    private var surroundings: [Subprocess.Environment.Key: String] {
        let names = [
            "PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
            "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
        ]
        var values: [Subprocess.Environment.Key: String] = ["LC_ALL": "C.UTF-8"]
        for name in names {
            guard let value = environment[name], let key = Subprocess.Environment.Key(rawValue: name) else { continue }
            values[key] = value
        }
        return values
    }

    /// What curl is told by its pipe.
    private static func configuration(of request: Request) -> String {
        var lines = ["url = \(quoted(request.address))", "user-agent = \"recto\""]
        // What is sent to this machine must not go by way of a proxy.
        if HubAddress.Origin(request.address)?.isLoopback == true { lines.append("noproxy = \"*\"") }
        if let token = request.token { lines.append("header = \(quoted("Authorization: Bearer \(token)"))") }
        if request.start > 0 { lines.append("range = \"\(request.start)-\"") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for character in text.unicodeScalars where character.value >= 0x20 && character.value != 0x7F {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return "\"\(quoted)\""
    }

    private static func reason(_ status: TerminationStatus, _ errors: String?) -> String {
        let said = (errors ?? "").split(separator: "\n").first.map(String.init) ?? ""
        // curl: (7) Failed to connect to …
        let sentence = said.hasPrefix("curl: (") ? String(said.drop { $0 != ")" }.dropFirst(2)) : said
        return sentence.isEmpty ? "curl ended with \(status)" : sentence
    }
}
