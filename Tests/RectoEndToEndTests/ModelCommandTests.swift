import Foundation
import RectoTestSupport
import Testing

/// `recto models` as a user runs it: what is printed, and how it ends.
struct ModelCommandTests {
    private static let models = RectoProgram.repository.appending(path: "Tests/RectoVLMTests/Golden/models")

    private func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    @Test func showTellsOfTheShippedReader() throws {
        let text = try RectoProgram.run(["models", "show"])
        #expect(text.status == 0, "\(text.errors)")
        for line in [
            "name        recto-reader-1", "family      idefics2", "licence     apache-2.0", "line tile   1 view, 48",
        ] {
            #expect(text.output.contains(line), "\(text.output)")
        }
        let shown = try object(RectoProgram.run(["models", "show", "--json"]).output)
        #expect(shown["license"] as? String == "apache-2.0")
        #expect((shown["memory_bytes"] as? [String: Int])?["q8_0"] ?? 0 > 0)
    }

    @Test func aModelIsFoundByItsNameInTheSettings() throws {
        let folder = try TemporaryFolder()
        let model = Self.models.appending(path: "llama-tied").path
        let settings = try folder.write(Array("models:\n  small: \(model)\n".utf8), as: "recto.yaml").path
        let shown = try RectoProgram.run(["models", "show", "small", "--config", settings, "--json"])
        #expect(try object(shown.output)["family"] as? String == "llama", "\(shown.errors)")
        let unknown = try RectoProgram.run(["models", "show", "large", "--config", settings])
        #expect(unknown.status == 2 && unknown.errors.contains("large"))
    }

    @Test func checkEndsWithOneWhereSomethingIsWrong() throws {
        let whole = try RectoProgram.run(["models", "check", Self.models.appending(path: "grouped-odd-view").path])
        #expect(whole.status == 0, "\(whole.output)\(whole.errors)")
        #expect(whole.output.contains("whole and fit to run"))
        let folder = try TemporaryFolder()
        let copy = folder.url.appending(path: "model")
        try FileManager.default.copyItem(at: Self.models.appending(path: "llama-tied"), to: copy)
        let weights = copy.appending(path: "model.safetensors")
        try Data(contentsOf: weights).dropLast(1).write(to: weights)
        let damaged = try RectoProgram.run(["models", "check", copy.path, "--json"])
        #expect(damaged.status == 1)
        let report = try object(damaged.output)
        #expect(report["passed"] as? Bool == false)
        let checks = report["checks"] as? [[String: Any]] ?? []
        #expect(
            checks.map { $0["subject"] as? String } == [
                "configuration", "tensors", "values", "tokenizer", "processor", "forward",
            ]
        )
        let problems = checks.flatMap { $0["problems"] as? [[String: Any]] ?? [] }
        #expect(problems.contains { ($0["message"] as? String)?.contains("model.safetensors") == true })
        #expect(try RectoProgram.run(["models", "check", "/nonexistent/model"]).status == 2)
    }

    /// Text model and vision tower, by their folder and one by one.
    @Test func twoGGUFFilesAreOneModel() throws {
        let pair = Self.models.deletingLastPathComponent().appending(path: "gguf/smolvlm-mixed")
        let tower = pair.appending(path: "mmproj-smolvlm-mixed.gguf").path
        let folder = try TemporaryFolder()
        let model = folder.url.appending(path: "model.gguf")
        try FileManager.default.copyItem(at: pair.appending(path: "smolvlm-mixed.gguf"), to: model)
        let shown = try object(RectoProgram.run(["models", "show", model.path, "--mmproj", tower, "--json"]).output)
        #expect(shown["family"] as? String == "idefics3" && shown["format"] as? String == "gguf")
        #expect((shown["a4_page"] as? [String: Any])?["split"] != nil)
        let checked = try RectoProgram.run(["models", "check", pair.path])
        #expect(checked.status == 0 && checked.output.contains("whole and fit to run"), "\(checked.output)")

        let row = [UInt8](repeating: 90, count: 3 * 40)
        let png = SyntheticPNG(width: 40, height: 30, rows: Array(repeating: row, count: 30))
        let image = try folder.write(png.bytes, as: "page.png").path
        let asked = ["generate", "--image", image, "--prompt", "Read it.", "--max-tokens", "8", "--json"]
        let byFolder = try RectoProgram.run(asked + ["--model", pair.path])
        let byFiles = try RectoProgram.run(asked + ["--model", model.path, "--mmproj", tower])
        #expect(byFolder.status == 0 && byFiles.status == 0, "\(byFolder.errors)\(byFiles.errors)")
        let (one, other) = (try object(byFolder.output), try object(byFiles.output))
        #expect((one["token_ids"] as? [Int])?.count == 8)
        #expect(one["token_ids"] as? [Int] == other["token_ids"] as? [Int])
        let alone = try RectoProgram.run(asked + ["--model", model.path])
        #expect(alone.status == 3 && alone.errors.contains("model.gguf"), "\(alone.errors)")
        let swapped = try RectoProgram.run(asked + ["--model", tower])
        #expect(swapped.status == 3 && swapped.errors.contains("without its text model"), "\(swapped.errors)")
    }

    @Test func withoutAnAddressNobodyIsAsked() throws {
        let outcome = try RectoProgram.run(
            ["models", "fetch", "owner/model"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        )
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("hub.endpoint") && outcome.errors.contains("[hub.no-address]"))
    }

    @Test func aFetchedModelIsWhole() throws {
        let source = Self.models.appending(path: "tied-bfloat16-sharded")
        var files: [String: [UInt8]] = ["pytorch_model.bin": [0x80]]
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where !name.hasPrefix("golden.") {
            files[name] = try [UInt8](Data(contentsOf: source.appending(path: name)))
        }
        var behaviour = LoopbackHub.Behaviour()
        behaviour.token = "hf_token"
        let hub = try LoopbackHub(files, large: Set(files.keys.filter { $0.hasSuffix(".safetensors") }), behaviour)
        let folder = try TemporaryFolder()
        _ = try folder.write(Array("hf_token\n".utf8), as: "token")
        let text = "hub: {endpoint: \"\(hub.address)\", token-file: token}\n"
        let settings = try folder.write(Array(text.utf8), as: "recto.yaml").path
        let path = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let place = folder.url.appending(path: "fetched").path
        let arguments = ["models", "fetch", "owner/model", "--output", place]
        // The environment comes before the settings: there, nobody listens.
        let elsewhere = try RectoProgram.run(
            arguments + ["--config", settings],
            environment: path.merging(["HF_ENDPOINT": "http://127.0.0.1:\(hub.server.port)/other"]) { $1 }
        )
        #expect(elsewhere.status == 2 && elsewhere.errors.contains("[hub.not-found]"), "\(elsewhere.errors)")
        let fetched = try RectoProgram.run(arguments + ["--config", settings], environment: path)
        #expect(fetched.status == 0 && fetched.output == place + "\n", "\(fetched.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).count == files.count - 1)
        #expect(try RectoProgram.run(["models", "check", place]).status == 0)
        #expect(try RectoProgram.run(arguments + ["--config", settings], environment: path).status == 2)
    }
}
