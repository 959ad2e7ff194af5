import Foundation

/// Asks a hub, and follows it to where it keeps its files.
struct HubClient: Sendable {
    let address: HubAddress
    let curl: CurlProcess

    private static let mostRedirects = 5
    /// No listing of a model is longer.
    private static let longestAnswer = 32 << 20
    /// Pages of a listing; each has hundreds of files.
    private static let mostPages = 100

    /// What the hub says of a revision.
    private struct Revision: Decodable {
        let sha: String
    }

    /// Finds the commit that a revision stands for now, so that all files come from the same.
    func commit(of model: HubModelName) async throws -> String {
        let parts = ["api", "models"] + model.repository + ["revision", model.revision]
        let (data, _) = try await document(address.address(parts), of: "the model \(model)@\(model.revision)")
        let revision: Revision = try decoded(data, of: "\(model)")
        guard case .gitBlob(let sha)? = HubDigest(hexadecimal: revision.sha) else {
            throw HubError.malformedAnswer(
                "\(model)",
                problem: "the commit '\(HubError.printable(String(revision.sha.prefix(80))))' is none"
            )
        }
        return sha
    }

    /// Lists the files of a commit, those in folders left out.
    func files(of model: HubModelName, commit: String) async throws -> [HubFile] {
        let parts = ["api", "models"] + model.repository + ["tree", commit]
        var next: String? = address.address(parts)
        var files: [HubFile] = []
        for _ in 0..<Self.mostPages {
            guard let page = next else { return files }
            let (data, head) = try await document(page, of: "the files of \(model)")
            files += try decoded(data, of: "\(model)")
            next = head.nextPage
            if let next, HubAddress.Origin(next) != address.origin {
                throw HubError.redirect("the files of \(model)", reason: "their next page is on another server")
            }
        }
        throw HubError.malformedAnswer("\(model)", problem: "its listing does not end")
    }

    /// Fetches a file, from where what was fetched before ends.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - model: Its model.
    ///   - commit: The commit.
    ///   - part: What was fetched of it; grows.
    ///   - onGrowth: Hears the bytes that there are.
    /// - Returns: What the hub itself says of the file's content in the head of its answer; nil where it does not.
    /// - Throws: `HubError` when it cannot be had, or the connection breaks; what has come stays in the part.
    func fetch(
        _ file: HubFile,
        of model: HubModelName,
        commit: String,
        into part: PartialFile,
        onGrowth: (Int) -> Void
    ) async throws -> HubDigest? {
        let place = address.address(model.repository + ["resolve", commit, file.path])
        let what = "\(file.path) of \(model)"
        var said: HubDigest?
        func noteDigest(_ head: HTTPHead) {
            guard let tag = head["x-linked-etag"] ?? head["etag"], said == nil else { return }
            said = HubDigest(hexadecimal: tag.filter { $0 != "\"" }.replacingOccurrences(of: "W/", with: ""))
        }
        let start = part.count
        let head = try await follow(place, of: what, from: start, onHubHead: noteDigest) { head in
            switch head.status {
            case 206 where start > 0:
                guard head.rangeStart == start else {
                    let found = head["content-range"] ?? "nothing"
                    throw HubError.malformedAnswer(
                        what,
                        problem: "bytes from \(start) were asked for and came as \(found)"
                    )
                }
                return true
            case 200:
                // This server knows no parts: all of it comes again.
                try part.restart()
                return true
            case 416:
                try part.restart()
                return false
            default: return false
            }
        } onBody: { bytes in
            try part.append(bytes, upTo: file.size)
            onGrowth(part.count)
        }
        switch head.status {
        case 200, 206: return said
        case 416 where start > 0:
            throw HubError.connection(host: address.origin.host, reason: "what was fetched before is of another file")
        default: throw refusal(head.status, what)
        }
    }

    /// Fetches a document that is small enough for memory.
    private func document(_ place: String, of what: String) async throws -> (data: Data, head: HTTPHead) {
        var data = Data()
        let head = try await follow(place, of: what, from: 0, onHubHead: { _ in }) { head in
            head.status == 200
        } onBody: { bytes in
            guard data.count + bytes.count <= Self.longestAnswer else {
                throw HubError.malformedAnswer(what, problem: "it is longer than \(Self.longestAnswer) bytes")
            }
            data.append(contentsOf: bytes)
        }
        if head.status != 200 { throw refusal(head.status, what) }
        return (data, head)
    }

    /// Sends a request, and sends it on where the server says so; the token goes to the hub alone.
    private func follow(
        _ place: String,
        of what: String,
        from start: Int,
        onHubHead: (HTTPHead) -> Void,
        onHead: (HTTPHead) throws -> Bool,
        onBody: ([UInt8]) throws -> Void
    ) async throws -> HTTPHead {
        var place = place
        for _ in 0...Self.mostRedirects {
            let isHub = HubAddress.Origin(place) == address.origin
            let request = CurlProcess.Request(address: place, token: isHub ? address.token : nil, start: start)
            var isRedirect = false
            let head = try await curl.send(
                request,
                onHead: { head in
                    if isHub { onHubHead(head) }
                    isRedirect = [301, 302, 303, 307, 308].contains(head.status)
                    return try isRedirect ? false : onHead(head)
                },
                onBody: onBody
            )
            if !isRedirect { return head }
            place = try target(of: head, at: place, what)
        }
        throw HubError.redirect(what, reason: "there are more than \(Self.mostRedirects) in a row")
    }

    private func target(of head: HTTPHead, at place: String, _ what: String) throws(HubError) -> String {
        guard let location = head["location"], let base = URL(string: place),
            let target = URL(string: location, relativeTo: base)?.absoluteString,
            let origin = HubAddress.Origin(target)
        else { throw .redirect(what, reason: "it names no place that can be asked by HTTP") }
        if address.origin.scheme == "https", origin.scheme != "https" {
            throw .redirect(what, reason: "it leads from https to http")
        }
        return target
    }

    private func decoded<Value: Decodable>(_ data: Data, of what: String) throws(HubError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw .malformedAnswer(what, problem: "it is not the JSON that was asked for")
        }
    }

    private func refusal(_ status: Int, _ what: String) -> HubError {
        switch status {
        case 401, 403: .refused(what, status: status, hasToken: address.token != nil)
        case 404: .notFound(what)
        default: .status(what, status: status)
        }
    }
}
