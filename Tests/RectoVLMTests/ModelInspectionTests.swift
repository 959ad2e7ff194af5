import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// `recto models show` and `check`: what is told of checkpoints of every family.
struct ModelInspectionTests {
    private func overview(_ name: String) throws -> ModelOverview {
        try ModelOverview(checkpoint: CheckpointCopy.original(name))
    }

    @Test(arguments: CheckpointCopy.names)
    func everyCheckpointIsWhole(_ name: String) async throws {
        let check = try await ModelCheck(CheckpointCopy.original(name), threads: 2)
        #expect(check.passed, "\(check.checks.flatMap(\.problems))")
        #expect(check.checks.map(\.subject) == ModelCheck.Subject.allCases)
        #expect(check.checks.allSatisfy { $0.status == .passed }, "\(check.checks)")
    }

    @Test(arguments: ["tiny-bpe.gguf", "tiny-spm.gguf"])
    func aGGUFFileIsWhole(_ name: String) async throws {
        let file = GoldenModel.goldenFolder.appending(path: "gguf/\(name)")
        let check = try await ModelCheck(file, threads: 2)
        #expect(check.passed && check.checks.allSatisfy { $0.status == .passed }, "\(check.checks)")
        let overview = try ModelOverview(checkpoint: file)
        #expect(overview.format == "gguf" && overview.family == "llama" && overview.page == nil)
        #expect(overview.unusual.contains { $0.hasPrefix("a GGUF file of ") })
    }

    @Test(arguments: WeightType.allCases.filter { $0 != .float32 })
    func whatWasQuantizedIsWholeToo(_ type: WeightType) async throws {
        let folder = try TemporaryFolder()
        let output = folder.url.appending(path: "packed")
        let original = CheckpointCopy.original("grouped-odd-view")
        _ = try ModelQuantizer(folder: original, weights: type, threads: 1).write(to: output)
        let check = try await ModelCheck(output, threads: 2)
        #expect(check.passed, "\(check.checks)")
        let overview = try ModelOverview(checkpoint: output)
        #expect(overview.weights == type.rawValue)
        #expect(Set(overview.memoryBytes.keys) == ["default", type.rawValue])
        #expect(overview.parameters == (try ModelOverview(checkpoint: original)).parameters)
    }

    @Test func endsThatTheTokenizerLacksAreTold() async throws {
        let copy = try CheckpointCopy(of: "llama-tied")
        func look(_ text: String) async throws -> ModelCheck.Finding {
            try copy.write(text, as: "generation_config.json")
            let check = try await ModelCheck(copy.folder, threads: 1)
            return try #require(check.checks.first { $0.subject == .tokenizer })
        }
        let all = try await look(#"{"eos_token_id": [99999, -4]}"#)
        let message = all.problems.map(\.message).joined()
        #expect(message.contains("generation_config.json") && message.contains("ends text at -4, 99999"), "\(message)")
        let one = try await look(#"{"eos_token_id": [99999, 2]}"#)
        #expect(one.status == .passed && one.notes.contains { $0.contains("ends text at 99999") }, "\(one)")
        let none = try await look(#"{"eos_token_id": 2}"#)
        #expect(none.status == .passed && !none.notes.contains { $0.contains("ends text") }, "\(none)")
    }

    @Test func theReaderIsDescribed() throws {
        let overview = try overview("reader")
        #expect(overview.name == "recto-reader-1")
        #expect(overview.family == "idefics2" && overview.format == "safetensors" && overview.weights == "float16")
        #expect(overview.license == "apache-2.0")
        #expect(overview.contextLength == 512 && overview.vocabularySize == 483)
        #expect(overview.parameters.glyphHead == 3 * 218 * 192 + 3 * 218)
        let parts = overview.parameters
        #expect(parts.ctcHead == parts.glyphHead)
        let sum = parts.visionTower + parts.connector + parts.decoder + parts.glyphHead + parts.ctcHead
        #expect(sum == parts.total)
        // One tile: the fake token, its latents, the fake token.
        let tile = try #require(overview.page?.lineTile)
        #expect(tile == ModelOverview.ImageCost(views: 1, imageTokens: 48, promptTokens: 50))
        #expect(overview.page?.whole == nil && overview.page?.split == nil)
        #expect(overview.unusual.contains { $0.hasPrefix("an untied head") })
        #expect(!overview.unusual.contains { $0.contains("nothing uses") })
        #expect(!overview.unusual.contains { $0.contains("glyph head") })
        #expect(overview.digest == nil)
        let digest = try ModelOverview(checkpoint: CheckpointCopy.original("reader"), digests: true).digest
        let engine = try InferenceEngine(folder: CheckpointCopy.original("reader"), threads: 1)
        #expect(digest == engine.description.digest)
    }

    @Test func pagesOfIdefics2AreCountedAsItsProcessorCutsThem() throws {
        let overview = try overview("grouped-odd-view")
        let latents = try #require(overview.page?.whole?.imageTokens)
        // Four crops and the whole; where two fake tokens meet, one is left.
        let whole = ModelOverview.ImageCost(views: 1, imageTokens: latents, promptTokens: latents + 2)
        let split = ModelOverview.ImageCost(views: 5, imageTokens: 5 * latents, promptTokens: 5 * latents + 6)
        #expect(overview.page?.whole == whole)
        #expect(overview.page?.split == split)
        #expect(overview.page?.pixels == [1240, 1754])
    }

    @Test func pagesOfIdefics3AreCountedAsItsProcessorCutsThem() throws {
        // Tiles of 28 pixels, blocks of 2 × 2 patches of 7: four tokens a view. The page becomes 84 high and 60 wide, so
        // three rows of three; a tile has its fake token and its place, a row a line feed, the whole three tokens.
        let overview = try overview("idefics3-places-llama3")
        let split = try #require(overview.page?.split)
        #expect(split.views == 10 && split.imageTokens == 40)
        #expect(split.promptTokens == 3 * (3 * (4 + 2) + 1) + 4 + 3)
        #expect(overview.page?.whole?.views == 1 && overview.page?.whole?.imageTokens == 4)
        #expect(overview.unusual.contains("rope_scaling llama3: factor 8.0 beyond 128 positions"))
    }

    @Test func ofAnImageBesideTheTextTheMarkerAloneIsCounted() throws {
        let overview = try overview("idefics-resampler")
        // The fake token, the image, the fake token, and the token that begins every prompt of Idefics.
        #expect(overview.page?.whole?.views == 1 && overview.page?.whole?.imageTokens == 1)
        #expect(overview.page?.whole?.promptTokens == 3 && overview.page?.split == nil)
        let parts = overview.parameters
        #expect(parts.connector > 0 && parts.visionTower + parts.connector + parts.decoder == parts.total)
        #expect(overview.unusual.contains { $0.hasPrefix("images beside the text: 2 blocks look at the 5 states") })
        let none = try self.overview("idefics-vector-gates")
        #expect(none.parameters.connector == 0)
        #expect(none.unusual.contains { $0.hasPrefix("images beside the text: 1 blocks look at the 10 states") })
    }

    @Test func textModelsHaveNoPages() throws {
        let overview = try overview("mistral-window")
        #expect(overview.page == nil)
        #expect(overview.parameters.visionTower == 0 && overview.parameters.total == overview.parameters.decoder)
        #expect(overview.unusual.contains { $0.hasPrefix("sliding_window") })
        #expect(try !self.overview("llama-tied").unusual.contains { $0.hasPrefix("an untied head") })
    }

    @Test(arguments: CheckpointCopy.names)
    func parametersAreThoseOfTheFiles(_ name: String) async throws {
        let copy = try CheckpointCopy(of: name)
        let check = try overview(name)
        // LLaVA leaves out the tower's last blocks, and names the tower in several ways.
        func place(_ tensor: String) -> String {
            let parts = tensor.components(separatedBy: "vision_tower.")
            return parts.count > 1 ? parts[1].replacingOccurrences(of: "vision_model.", with: "") : tensor
        }
        let unused = Set(try await ModelCheck(copy.folder, threads: 1).unusedTensors.map(place))
        var counted = 0
        for shard in try copy.shards() {
            for (tensor, entry) in try copy.header(of: shard) where !unused.contains(place(tensor)) {
                guard let shape = (entry as? [String: Any])?["shape"] as? [Int] else { continue }
                counted += shape.reduce(1, *)
            }
        }
        #expect(check.parameters.total == counted)
        // All of these are small enough to be widened, and a quarter of a gigabyte is left for computing.
        #expect((check.memoryBytes["float32"] ?? 0) >= 4 * counted + 256 << 20)
        #expect(Set(check.memoryBytes.keys) == Set(WeightType.allCases.map(\.rawValue) + ["default"]))
    }

    @Test func theJSONHasStableKeys() throws {
        let data = try JSONEncoder().encode(try overview("grouped-odd-view"))
        let members = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        #expect(
            Set(members.keys) == [
                "name", "path", "format", "family", "weights", "parameters", "context_length", "vocabulary_size",
                "a4_page", "memory_bytes", "available_memory_bytes", "unusual",
            ]
        )
        #expect(
            Set((members["parameters"] as? [String: Any] ?? [:]).keys) == [
                "total", "vision_tower", "connector", "decoder", "glyph_head", "ctc_head",
            ]
        )
    }

    @Test(
        arguments: [
            ("---\nlicense: apache-2.0\n---\n", "apache-2.0"), ("---\ntags:\n- x\nlicense: \"mit\" # said\n---", "mit"),
            ("---\nlicense:\n- mit\n- apache-2.0\nother: x\n---", "mit, apache-2.0"),
            ("---\nlicense: [mit, cc-by-4.0]\n---", "mit, cc-by-4.0"),
            ("---\nlicense: other\nlicense_name: own-terms\n---", "own-terms"),
            ("---\r\nlicense: mit\r\n---\r\n", "mit"),
            ("license: mit\n", nil), ("---\nlicense: mit\n", nil), ("---\nlicense:\n---\n", nil),
            ("---\nthe: x\n  license: mit\n---", nil), ("", nil),
        ] as [(String, String?)]
    )
    func theLicenceIsWhatTheCardSays(_ card: String, _ license: String?) throws {
        let copy = try CheckpointCopy(of: "llama-tied")
        try copy.write(card, as: "README.md")
        #expect(try ModelOverview(checkpoint: copy.folder).license == license)
    }

    @Test func aNumberThatIsNoneIsFoundByTensorAndPlace() async throws {
        let copy = try CheckpointCopy(of: "llama-tied")
        let name = "model.layers.1.mlp.down_proj.weight"
        let entry = try copy.header(of: "model.safetensors")[name] as? [String: Any] ?? [:]
        var data = try Data(contentsOf: copy.url("model.safetensors"))
        let start =
            8 + data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) } + ((entry["data_offsets"] as? [Int])?[0] ?? 0)
        data.replaceSubrange(start + 4 * 77..<start + 4 * 78, with: [0, 0, 0xC0, 0x7F])
        try data.write(to: copy.url("model.safetensors"))
        let check = try await ModelCheck(copy.folder, threads: 1)
        let values = try #require(check.checks.first { $0.subject == .values })
        #expect(values.status == .failed && values.problems.count == 1)
        #expect(values.problems.first?.facts["tensor"] == name)
        #expect(values.problems.first?.facts["place"] == "77")
        #expect(check.checks.last?.subject == .forward && check.checks.last?.status == .failed)
        #expect(!check.passed)
    }

    @Test func whatDoesNotFitIntoMemoryIsSkippedAndSaidSo() async throws {
        // Half-precision weights are used where the file is mapped; blocks of a GGUF file must be unpacked.
        let mapped = CheckpointCopy.original("reader")
        let file = GoldenModel.goldenFolder.appending(path: "gguf/tiny-bpe.gguf")
        // A quarter of a gigabyte is for computing; of the rest, the reader's twelve megabytes would take more than this.
        try await AvailableMemory.$limit.withValue(257 << 20) {
            #expect(throws: VLMError.self) { try InferenceEngine(folder: mapped, threads: 1) }
            let check = try await ModelCheck(mapped, threads: 1)
            #expect(check.passed && check.checks.last?.status == .passed)
        }
        try await AvailableMemory.$limit.withValue(1 << 20) {
            let check = try await ModelCheck(file, threads: 1)
            #expect(check.passed && check.checks.last?.status == .skipped)
            #expect(check.checks.last?.notes.first?.contains("GB are free") == true, "\(check.checks)")
        }
    }

    @Test func everyTensorThatIsMissingIsNamedAndNotTheFirstAlone() async throws {
        let copy = try CheckpointCopy(of: "grouped-odd-view")
        try copy.rename { $0.hasSuffix("k_proj.weight") ? $0.replacingOccurrences(of: "k_proj", with: "key") : $0 }
        let check = try await ModelCheck(copy.folder, threads: 1)
        let tensors = try #require(check.checks.first { $0.subject == .tensors })
        #expect(tensors.problems.count == check.unusedTensors.count && tensors.problems.count > 3)
        #expect(tensors.problems.allSatisfy { $0.code == "model.tensor-missing" })
        #expect(check.unusedTensors.allSatisfy { $0.hasSuffix("key.weight") })
        #expect(check.checks.last?.status == .skipped)
    }

    @Test func aTokenizerOfAnotherCheckpointIsFound() async throws {
        let copy = try CheckpointCopy(of: "grouped-odd-view")
        try copy.change("config.json") { $0["image_token_id"] = 5 }
        try copy.write("{\"eos_token_id\": 100000}", as: "generation_config.json")
        let check = try await ModelCheck(copy.folder, threads: 1)
        let found = try #require(check.checks.first { $0.subject == .tokenizer })
        #expect(found.status == .failed && found.problems.count == 2)
        #expect(found.problems.contains { $0.message.contains("<image> has the id") && $0.message.contains("at 5") })
        #expect(found.problems.contains { $0.message.contains("100000") })
        let other = try CheckpointCopy(of: "llama-tied")
        try FileManager.default.removeItem(at: other.url("tokenizer.json"))
        try FileManager.default.copyItem(
            at: CheckpointCopy.original("reader").appending(path: "tokenizer.json"),
            to: other.url("tokenizer.json")
        )
        let tokenizer = try #require(
            try await ModelCheck(other.folder, threads: 1).checks.first { $0.subject == .tokenizer }
        )
        #expect(tokenizer.problems.contains { $0.message.contains("vocab_size is 368") }, "\(tokenizer)")
    }

    @Test func tilesThatDoNotFitTheTowerAreFound() async throws {
        let copy = try CheckpointCopy(of: "idefics3-places-llama3")
        try copy.change("preprocessor_config.json") { $0["max_image_size"] = ["longest_edge": 56] }
        try copy.change("processor_config.json") { $0["image_seq_len"] = nil }
        let check = try await ModelCheck(copy.folder, threads: 1)
        let processor = try #require(check.checks.first { $0.subject == .processor })
        #expect(processor.status == .failed)
        #expect(
            processor.problems.contains { $0.message.contains("8 patches wide and image_size in config.json has 4") },
            "\(processor)"
        )
        try copy.change("preprocessor_config.json") { $0["max_image_size"] = ["longest_edge": 21] }
        let odd = try await ModelCheck(copy.folder, threads: 1)
        #expect(odd.checks.contains { $0.subject == .processor && $0.status == .failed })
    }

    /// What releases and people called the parts of each family before; families that are not here have tests of their own.
    private static let olderNames: [String: [[(now: String, before: String)]]] = {
        let bare = [
            ("model.text_model.", "text_model."), ("model.vision_model.", "vision_model."),
            ("model.connector.", "connector."),
        ]
        let release = [
            ("model.text_model.", "model."), ("model.connector.modality_projection.", "model.modality_projection."),
        ]
        let idefics2 = release + [("model.connector.perceiver_resampler.", "model.perceiver_resampler.")]
        return [
            "idefics2": [bare, idefics2], "idefics3": [bare, release], "smolvlm": [bare, release],
            "llama": [[("model.", "")]], "mistral": [[("model.", "")]],
        ]
    }()

    @Test(arguments: CheckpointCopy.names)
    func olderNamesGiveTheSameNetwork(_ name: String) async throws {
        let original = CheckpointCopy.original(name)
        let family = try CheckpointCopy(of: name).configuration()["model_type"] as? String ?? ""
        var request = GenerationRequest(parts: [.text("a")])
        request.template = .raw
        let expected = try await InferenceEngine(folder: original, threads: 1).trace(request).logits.elements
        for names in Self.olderNames[family] ?? [] {
            let copy = try CheckpointCopy(of: name)
            try copy.rename { tensor in
                guard let pair = names.first(where: { tensor.hasPrefix($0.now) }) else { return tensor }
                return pair.before + tensor.dropFirst(pair.now.count)
            }
            let found = try await InferenceEngine(folder: copy.folder, threads: 1).trace(request).logits.elements
            #expect(found == expected)
            let overview = try ModelOverview(checkpoint: copy.folder)
            #expect(overview.unusual.contains { $0.contains("under names of an older release") })
            #expect(overview.parameters == (try ModelOverview(checkpoint: original)).parameters)
        }
    }
}
