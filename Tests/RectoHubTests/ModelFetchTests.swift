import Foundation
import RectoHub
import RectoTestSupport
import Synchronization
import Testing

/// Fetching a model from a hub on this machine: whole, in pieces, and what is refused.
struct ModelFetchTests {
    private static let weights = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 * 31 ^ $0 >> 8) }
    private static let files: [String: [UInt8]] = [
        "config.json": Array("{\"model_type\":\"llama\"}".utf8),
        "tokenizer.json": Array("{}".utf8),
        "tokenizer.model": [1, 2, 3],
        "empty.json": [],
        "README.md": Array("---\nlicense: mit\n---\n".utf8),
        "model.safetensors": weights,
        "consolidated.safetensors": weights,
        "pytorch_model.bin": [0x80, 2],
        "pytorch_model.bin.index.json": Array("{}".utf8),
        "modeling.py": Array("import os".utf8),
        ".gitattributes": [],
    ]
    private static let large: Set = ["model.safetensors", "consolidated.safetensors", "pytorch_model.bin"]
    private static let wanted = [
        "README.md", "config.json", "empty.json", "model.safetensors", "tokenizer.json", "tokenizer.model",
    ]

    /// Pauses that were made, by the failures before them; after so many the next one ends the fetch.
    private final class Pauses: Sendable {
        struct Enough: Error {}

        let noted = Mutex<[Int]>([])
        let most: Int

        init(most: Int = 100) { self.most = most }

        func pause(_ failures: Int) throws {
            let count = noted.withLock { noted in
                noted.append(failures)
                return noted.count
            }
            if count > most { throw Enough() }
        }
    }

    private func fetch(
        from hub: LoopbackHub,
        into folder: URL,
        name: String = "owner/model",
        token: String? = nil,
        gguf: String? = nil,
        pauses: Pauses = Pauses()
    ) async throws -> ModelFetch.Result {
        let fetch = ModelFetch(
            try HubModelName(name),
            from: try HubAddress(endpoint: hub.address + "/", token: token),
            gguf: gguf,
            // A proxy that is not there: what is on this machine must not go by way of one.
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin", "http_proxy": "http://127.0.0.1:9",
            ]
        ) { failures in try pauses.pause(failures) }
        return try await fetch.run(into: folder) { _ in }
    }

    private func contents(of folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func expectModel(at folder: URL, _ names: [String] = wanted) throws {
        #expect(try contents(of: folder) == names)
        for name in names {
            #expect(try [UInt8](Data(contentsOf: folder.appending(path: name))) == Self.files[name], "\(name)")
        }
        #expect(try contents(of: folder.deletingLastPathComponent()) == ["model"])
    }

    @Test func aWholeModelArrivesAndNothingElse() async throws {
        let hub = try LoopbackHub(Self.files, large: Self.large)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        let result = try await fetch(from: hub, into: place, name: "owner/model@v1")
        try expectModel(at: place)
        #expect(result.files == Self.wanted)
        #expect(result.commit == LoopbackHub.commit)
        #expect(result.bytes == Self.wanted.reduce(0) { $0 + (Self.files[$1]?.count ?? 0) })
        #expect(hub.server.requests.allSatisfy { $0.fields["authorization"] == nil })
        // Everything is asked of the commit, not of what the revision stands for by then.
        #expect(hub.server.requests.dropFirst().allSatisfy { $0.target.contains(LoopbackHub.commit) })
    }

    @Test func aConnectionThatBreaksIsGoneOnWith() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.cuts = ["model.safetensors": 12_345, "config.json": 0]
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let pauses = Pauses()
        let place = folder.url.appending(path: "model")
        _ = try await fetch(from: hub, into: place, pauses: pauses)
        try expectModel(at: place)
        let starts = hub.server.requests.filter { $0.target.hasSuffix("/model.safetensors") }.map(\.start)
        #expect(starts == [nil, 12_345])
        #expect(pauses.noted.withLock(\.self) == [1, 1])
    }

    @Test func theNextFetchGoesOnWhereOneWasInterrupted() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.cuts = ["model.safetensors": 20_000]
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        let first = try LoopbackHub(Self.files, large: Self.large, behaviour)
        await #expect(throws: Pauses.Enough.self) {
            try await fetch(from: first, into: place, pauses: Pauses(most: 0))
        }
        #expect(!FileManager.default.fileExists(atPath: place.path))
        let second = try LoopbackHub(Self.files, large: Self.large)
        _ = try await fetch(from: second, into: place)
        try expectModel(at: place)
        let files = second.server.requests.filter { $0.target.contains("/resolve/") }
        #expect(files.map(\.start) == [20_000], "only the rest of the weights is asked for")
    }

    @Test func aPartOfAnotherContentIsNotGoneOnWith() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.cuts = ["model.safetensors": 20_000]
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        var older = Self.files
        older["model.safetensors"] = Self.weights.reversed()
        let first = try LoopbackHub(older, large: Self.large, behaviour)
        await #expect(throws: Pauses.Enough.self) {
            try await fetch(from: first, into: place, pauses: Pauses(most: 0))
        }
        _ = try await fetch(from: LoopbackHub(Self.files, large: Self.large), into: place)
        try expectModel(at: place)
    }

    @Test func aServerThatKnowsNoPartsSendsAllAgain() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.cuts = ["model.safetensors": 20_000]
        behaviour.ignoresRanges = true
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        _ = try await fetch(from: hub, into: place)
        try expectModel(at: place)
    }

    @Test(arguments: ["model.safetensors", "config.json"])
    func whatIsNotWhatTheHubSaidIsDropped(_ name: String) async throws {
        let content = try #require(Self.files[name])
        var behaviour = LoopbackHub.Behaviour()
        // As long, and different at its end.
        let lie = content.dropLast() + [content[content.count - 1] ^ 1]
        behaviour.lies = [name: Array(lie)]
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        let isLarge = Self.large.contains(name)
        await #expect(
            throws: HubError.checksum(
                file: name,
                expected: LoopbackHub.digest(of: Array(lie), isLarge: isLarge),
                found: LoopbackHub.digest(of: content, isLarge: isLarge)
            )
        ) { try await fetch(from: hub, into: place) }
        #expect(try contents(of: folder.url) == [".model.fetch"])
        let kept = try contents(of: folder.url.appending(path: ".model.fetch"))
        #expect(!kept.contains { $0.hasPrefix(name) }, "\(kept)")
    }

    @Test func moreBytesThanTheHubSaidAreDropped() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.lies = ["model.safetensors": Array(Self.weights.dropLast(7))]
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        await #expect {
            try await fetch(from: hub, into: folder.url.appending(path: "model"))
        } throws: { error in
            guard case .tooLong(_, let expected)? = error as? HubError else { return false }
            return expected == Self.weights.count - 7
        }
    }

    /// Fetching all again is no progress: the hub is not asked for ever.
    @Test(arguments: [false, true])
    func fewerBytesThanTheHubSaidEndTheFetch(_ ignoresRanges: Bool) async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.lies = ["model.safetensors": Self.weights + [1, 2, 3]]
        behaviour.ignoresRanges = ignoresRanges
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let pauses = Pauses()
        await #expect {
            try await fetch(from: hub, into: folder.url.appending(path: "model"), pauses: pauses)
        } throws: { error in
            guard case .connection? = error as? HubError else { return false }
            return true
        }
        #expect(pauses.noted.withLock(\.self) == Array(1...pauses.noted.withLock(\.count)))
        #expect(hub.targets.count { $0 == "model.safetensors" } < 20)
    }

    @Test func whereTheListingSaysNothingTheAnswersTagDoes() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.listsNoChecksums = true
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        _ = try await fetch(from: hub, into: place)
        try expectModel(at: place)
    }

    @Test(arguments: [401, 403, 404, 418, 500])
    func refusalsSayWhatTheHubSaid(_ status: Int) async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.refusal = status
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        await #expect {
            try await fetch(from: hub, into: folder.url.appending(path: "model"))
        } throws: { error in
            switch error as? HubError {
            case .refused(let what, let found, false)?:
                [401, 403].contains(status) && found == status && what.contains("owner/model")
            case .notFound(let what)?: status == 404 && what.contains("owner/model@main")
            case .status(_, let found)?: [418, 500].contains(status) && found == status
            default: false
            }
        }
    }

    @Test func theTokenGoesToTheHubAndNotToWhereItRedirects() async throws {
        let storage = try LoopbackServer { request in
            LoopbackHub.file(Self.weights, isLarge: true, asked: request)
        }
        var behaviour = LoopbackHub.Behaviour()
        behaviour.token = "secret-token"
        behaviour.storage = storage.address
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        await #expect(throws: HubError.refused("the model owner/model@main", status: 401, hasToken: false)) {
            try await fetch(from: hub, into: place)
        }
        _ = try await fetch(from: hub, into: place, token: "secret-token\n")
        try expectModel(at: place)
        #expect(hub.server.requests.dropFirst().allSatisfy { $0.fields["authorization"] == "Bearer secret-token" })
        #expect(storage.requests.map(\.target) == ["/model.safetensors?signature=x%2Fy"])
        for request in storage.requests {
            #expect(request.fields["authorization"] == nil)
            #expect(!request.fields.values.contains { $0.contains("secret-token") })
        }
    }

    @Test func redirectsWithoutEndAreLeft() async throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer { request in
            .init(302, fields: [("Location", request.target + "x")])
        }
        let fetch = ModelFetch(
            try HubModelName("owner/model"),
            from: try HubAddress(endpoint: server.address, token: nil),
            gguf: nil,
            environment: ProcessInfo.processInfo.environment.filter { $0.key == "PATH" }
        ) { _ in }
        await #expect {
            try await fetch.run(into: folder.url.appending(path: "model")) { _ in }
        } throws: { error in
            guard case .redirect? = error as? HubError else { return false }
            return server.requests.count == 6
        }
    }

    @Test(arguments: [
        "../evil.json", "/etc/evil.json", "a/../../evil.json", "..", "a\\evil.json", "a//b", "a\u{1B}[2J",
        "a\u{85}b.json",
    ])
    func namesThatWouldLeaveTheFolderAreRefused(_ path: String) async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.furtherPaths = [path]
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        await #expect(throws: HubError.unsafePath(path)) {
            try await fetch(from: hub, into: folder.url.appending(path: "model"))
        }
        #expect(!hub.server.requests.contains { $0.target.contains("/resolve/") })
    }

    @Test func ofSeveralShardsThoseOfTheIndexAreFetched() async throws {
        var files = Self.files
        files["model.safetensors"] = nil
        files["one.safetensors"] = [1]
        files["two.safetensors"] = [2]
        files["three.safetensors"] = [3]
        let index = "model.safetensors.index.json"
        files[index] = Array("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}".utf8)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        let result = try await fetch(from: LoopbackHub(files, large: ["one.safetensors"]), into: place)
        #expect(result.files.filter { $0.hasSuffix(".safetensors") } == ["one.safetensors", "two.safetensors"])
        #expect(try contents(of: place) == result.files)
        for name in ["../one.safetensors", "evil.py"] {
            files[index] = Array("{\"weight_map\":{\"a\":\"\(name)\"}}".utf8)
            let hub = try LoopbackHub(files, large: [])
            await #expect(throws: HubError.unsafePath(name)) {
                try await fetch(from: hub, into: folder.url.appending(path: "other"))
            }
        }
    }

    @Test func aGGUFFileIsFetchedOnRequestAlone() async throws {
        var files = Self.files
        files["tiny-q8_0.gguf"] = Array("GGUF".utf8)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        let hub = try LoopbackHub(files, large: [])
        _ = try await fetch(from: hub, into: place, gguf: "tiny-q8_0.gguf")
        #expect(try contents(of: place) == ["README.md", "tiny-q8_0.gguf"])
        await #expect(throws: HubError.noWeights(model: "owner/model", found: ["tiny-q8_0.gguf"])) {
            try await fetch(from: hub, into: folder.url.appending(path: "other"), gguf: "config.json")
        }
    }

    @Test func pickledWeightsAreNotTaken() async throws {
        var files = Self.files
        files["model.safetensors"] = nil
        files["consolidated.safetensors"] = nil
        let hub = try LoopbackHub(files, large: Self.large)
        let folder = try TemporaryFolder()
        await #expect(throws: HubError.noWeights(model: "owner/model", found: ["pytorch_model.bin"])) {
            try await fetch(from: hub, into: folder.url.appending(path: "model"))
        }
    }

    @Test func aListingOfSeveralPagesIsReadToItsEnd() async throws {
        var behaviour = LoopbackHub.Behaviour()
        behaviour.pageLength = 3
        let hub = try LoopbackHub(Self.files, large: Self.large, behaviour)
        let folder = try TemporaryFolder()
        let place = folder.url.appending(path: "model")
        _ = try await fetch(from: hub, into: place)
        try expectModel(at: place)
        #expect(hub.server.requests.count { $0.target.contains("/tree/") } == 4)
    }

    @Test func whatIsThereIsNotTouchedAndTheHubNotAsked() async throws {
        let hub = try LoopbackHub(Self.files, large: Self.large)
        let folder = try TemporaryFolder()
        let file = try folder.write([7], as: "model")
        await #expect(throws: HubError.exists(path: file.path)) { try await fetch(from: hub, into: file) }
        #expect(try [UInt8](Data(contentsOf: file)) == [7])
        #expect(hub.server.requests.isEmpty)
    }

    @Test func aHubThatIsNotThereIsNamed() async throws {
        let folder = try TemporaryFolder()
        let hub = try LoopbackHub(Self.files, large: Self.large)
        // Nobody listens on the port of a protocol that this machine does not serve.
        let fetch = ModelFetch(
            try HubModelName("owner/model"),
            from: try HubAddress(endpoint: "http://127.0.0.1:1", token: nil),
            gguf: nil,
            environment: ProcessInfo.processInfo.environment.filter { $0.key == "PATH" }
        ) { _ in }
        await #expect {
            try await fetch.run(into: folder.url.appending(path: "model")) { _ in }
        } throws: { error in
            guard case .connection(let host, let reason)? = error as? HubError else { return false }
            return host == "127.0.0.1" && !reason.isEmpty
        }
        #expect(hub.server.requests.isEmpty)
    }
}
