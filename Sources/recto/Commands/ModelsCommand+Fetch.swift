import ArgumentParser
import Foundation
import RectoDaemon
import RectoHub
import RectoPages

extension ModelsCommand {
    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Downloads a checkpoint from a hub.",
            discussion: """
                The hub is the one that recto.yaml names (hub.endpoint), or HF_ENDPOINT; none is built in, and no other command
                asks it. A token comes from HF_TOKEN or hub.token-file and goes to that hub alone.

                Weights (safetensors, or with --gguf one GGUF file), configuration, tokenizer, model card and licence are
                fetched, never pickles or code. All files are of one commit, and each is compared with the checksum that the hub
                states. What has come waits in a hidden folder beside the place of the model, which appears when all of it is
                there; run the same command again after an interruption. Exit status 1 when the network or the disk failed.

                Example:
                  recto models fetch HuggingFaceTB/SmolVLM-256M-Instruct
                  recto models fetch OWNER/MODEL@v1.0 --output /srv/models/ours
                """
        )

        @Argument(help: "OWNER/MODEL as the hub has it, or OWNER/MODEL@REVISION.")
        var name: String

        @Option(help: "The folder to make; else the model's own name below /var/lib/recto/models.")
        var output: String?

        @Option(help: "Fetch this GGUF file instead of safetensors.")
        var gguf: String?

        @Flag(help: "Print one JSON object that says what was fetched.")
        var json = false

        @OptionGroup var settings: DaemonOptions

        func run() async throws {
            let name = try HubModelName(name)
            let environment = ProcessInfo.processInfo.environment
            let address = try Self.address(settings.configuration().hub, environment)
            let folder = output.map { URL(filePath: $0) } ?? ModelPlace.installed.appending(path: name.folderName)
            let line = FetchLine()
            defer { line.clear() }
            let fetch = ModelFetch(name, from: address, gguf: gguf, environment: environment)
            let result = try await fetch.run(into: folder.standardizedFileURL) { line.show($0) }
            line.clear()
            StandardStreams.result(json ? try result.json : result.path)
        }

        /// Where the hub is and who asks: what the environment says comes before the settings.
        private static func address(
            _ hub: DaemonConfiguration.Hub,
            _ environment: [String: String]
        ) throws -> HubAddress {
            func said(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
            guard let endpoint = said("HF_ENDPOINT") ?? hub.endpoint else { throw HubError.noAddress }
            var token = said("HF_TOKEN")
            if token == nil, let file = hub.tokenFile {
                guard let data = FileManager.default.contents(atPath: file) else { throw UsageError.noSuchFile(file) }
                token = String(decoding: data, as: UTF8.self)
            }
            return try HubAddress(endpoint: endpoint, token: token)
        }
    }
}

/// One line on the terminal that says how far a fetch is; silent where stderr is no terminal.
private final class FetchLine: Sendable {
    private let isTerminal = StandardStreams.isTerminal

    func show(_ progress: ModelFetch.Progress) {
        guard isTerminal else { return }
        let share = progress.total > 0 ? progress.done * 100 / progress.total : 100
        let text = String(
            format: "%3d %%  %.1f of %.1f MB  ",
            share,
            Double(progress.done) / 1e6,
            Double(progress.total) / 1e6
        )
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)\(progress.file)".utf8))
    }

    func clear() {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
