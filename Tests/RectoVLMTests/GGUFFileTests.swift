import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// The GGUF reader: what it accepts, and that every lie of a header is named with file and tensor.
struct GGUFFileTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        let what: String
        /// A part of the message.
        let says: String
        var tensor: String?
        let change: @Sendable (inout GGUFBuilder) -> Void

        var testDescription: String { what }
    }

    /// Two tensors, whole and sound.
    private static func sound() -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.add("general.architecture", "llama")
        builder.tensors = [
            .init(
                name: "a",
                dimensions: [4, 2],
                type: 0,
                bytes: (0..<8).flatMap { GGUFBuilder.little(Float($0).bitPattern) }
            ),
            .init(name: "b", dimensions: [32, 3], type: 8, bytes: [UInt8](repeating: 1, count: 102)),
        ]
        return builder
    }

    @Test func aSoundFileIsRead() throws {
        let (folder, url) = try Self.sound().write()
        let file = try GGUFFile(url)
        #expect(file.names == ["a", "b"])
        #expect(file.shape(of: "a") == [2, 4] && file.shape(of: "b") == [3, 32])
        let store = WeightStore(file)
        #expect(try store.tensor("a", shape: [2, 4]).elements == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(folder.url.isFileURL)
    }

    static let damages: [Damage] = [
        .init(what: "another format", says: "does not begin as a GGUF file") { $0.magic = Array("GGML".utf8) },
        .init(what: "version 1", says: "of version 1") { $0.version = 1 },
        .init(what: "version 4", says: "of version 4") { $0.version = 4 },
        .init(what: "big-endian", says: "big-endian") { $0.version = UInt32(3).byteSwapped },
        .init(what: "more tensors than bytes", says: "1099511627776 tensors") { $0.statedTensors = 1 << 40 },
        .init(what: "a count that is negative when signed", says: "tensors") { $0.statedTensors = 1 << 63 },
        .init(what: "more values than bytes", says: "values") { $0.statedValues = .max },
        .init(what: "one value more than there are", says: "bytes of text") { $0.statedValues = 2 },
        .init(what: "one tensor more than there are", says: "do not fit", tensor: "b") { $0.statedTensors = 3 },
        .init(what: "a text longer than the file", says: "at the key k, it states 9999 bytes of text") {
            $0.values.append(("k", 8, GGUFBuilder.little(UInt64(9999)) + [1, 2, 3]))
        },
        .init(what: "a list longer than the file", says: "at the key k, it states 72057594037927936 values") {
            $0.addList("k", kind: 0, count: 1 << 56, [[1], [2]])
        },
        .init(what: "a list of lists", says: "a list of lists") { $0.addList("k", kind: 9, [[0, 0, 0, 0], [0, 0]]) },
        .init(what: "a kind that nobody knows", says: "of the kind 77") { $0.values.append(("k", 77, [1])) },
        .init(what: "neither true nor false", says: "neither true nor false") { $0.values.append(("k", 7, [2])) },
        .init(what: "a key twice", says: "general.architecture appears twice") { $0.add("general.architecture", "x") },
        .init(what: "alignment zero", says: "general.alignment") { $0.add("general.alignment", 0 as UInt32) },
        .init(what: "odd alignment", says: "general.alignment") { $0.add("general.alignment", 33 as UInt32) },
        .init(what: "five dimensions", says: "5 dimensions") { $0.tensors[0].dimensions = [1, 1, 1, 1, 8] },
        .init(what: "a dimension of nothing", says: "a dimension of 0") { $0.tensors[0].dimensions = [4, 0] },
        .init(what: "a dimension beyond any integer", says: "the tensor a has a dimension of 18446744073709551615") {
            $0.tensors[0].dimensions = [.max, 2]
        },
        .init(what: "dimensions beyond memory", says: "larger than memory", tensor: "a") {
            $0.tensors[0].dimensions = [1 << 40, 1 << 40]
        },
        .init(what: "more elements than the file", says: "do not fit", tensor: "a") {
            $0.tensors[0].dimensions = [64, 64]
        },
        .init(what: "half a block", says: "no whole blocks of 32", tensor: "b") { $0.tensors[1].dimensions = [48, 2] },
        .init(what: "an offset behind the end", says: "do not fit", tensor: "b") { $0.tensors[1].offset = 1 << 20 },
        .init(what: "an offset beyond any integer", says: "do not fit", tensor: "b") {
            $0.tensors[1].offset = .max - 31
        },
        .init(what: "an offset out of step", says: "no multiple of 32", tensor: "b") { $0.tensors[1].offset = 8 },
        .init(what: "the same bytes twice", says: "overlaps", tensor: "b") { $0.tensors[1].offset = 0 },
        .init(what: "a tensor twice", says: "appears twice", tensor: "a") { $0.tensors[1].name = "a" },
        .init(what: "a type of no release", says: "type 99", tensor: "a") { $0.tensors[0].type = 99 },
    ]

    @Test(arguments: damages)
    func everyDamageIsNamed(_ damage: Damage) throws {
        var builder = Self.sound()
        damage.change(&builder)
        let (folder, url) = try builder.write()
        let error = #expect(throws: VLMError.self) { try GGUFFile(url) }
        guard case .malformedGGUF(let path, let tensor, let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path == url.path(percentEncoded: false))
        #expect(tensor == damage.tensor)
        #expect(problem.contains(damage.says), "\(problem)")
        #expect(folder.url.isFileURL)
    }

    @Test func typesThatRectoDoesNotReadAreNamed() throws {
        var builder = Self.sound()
        builder.tensors[0].type = 13
        let (folder, url) = try builder.write()
        let path = url.path(percentEncoded: false)
        #expect(throws: VLMError.unsupportedElementType(path: path, tensor: "a", elementType: "Q5_K")) {
            try GGUFFile(url)
        }
        #expect(folder.url.isFileURL)
    }

    /// Whatever is cut off, the file is refused; nothing is read behind its end.
    @Test func everyCutIsRefused() throws {
        let bytes = Self.sound().bytes()
        let folder = try TemporaryFolder()
        for count in 0..<bytes.count {
            let url = try folder.write(Array(bytes[..<count]), as: "cut.gguf")
            #expect(throws: VLMError.self, "\(count) bytes") { try GGUFFile(url) }
        }
    }

    /// A flipped byte leads to a file that is read or refused, never to a crash.
    @Test func everyFlippedByteIsReadOrRefused() throws {
        let bytes = Self.sound().bytes()
        let folder = try TemporaryFolder()
        var refused = 0
        for place in 0..<(bytes.count - 134) {
            for flip in [0x01, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[place] ^= flip
                let url = try folder.write(changed, as: "flipped.gguf")
                do {
                    let file = try GGUFFile(url)
                    let store = WeightStore(file)
                    for name in file.names { _ = try store.tensor(name, shape: file.shape(of: name) ?? []) }
                } catch {
                    #expect(!error.description.isEmpty)
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count / 2)
    }

    /// The tower of Idefics3: names, the older conversions' exchanged layers, numbers, and other projectors refused.
    @Test(arguments: [false, true])
    func aVisionTowerIsReadUnderTheNamesOfItsFamily(swapsLayers: Bool) throws {
        var builder = GGUFBuilder()
        builder.add("general.architecture", "clip")
        builder.add("clip.projector_type", "idefics3")
        builder.add("clip.use_gelu", true)
        builder.add("clip.vision.attention.layer_norm_epsilon", 1e-6 as Float)
        for (key, value) in [
            ("embedding_length", 4), ("feed_forward_length", 6), ("block_count", 1), ("attention.head_count", 2),
            ("image_size", 28), ("patch_size", 14), ("projector.scale_factor", 3),
        ] as [(String, UInt32)] { builder.add("clip.vision.\(key)", value) }
        func add(_ name: String, _ dimensions: [UInt64]) {
            let bytes = [UInt8](repeating: 0, count: 4 * Int(dimensions.reduce(1, *)))
            builder.tensors.append(.init(name: name, dimensions: dimensions, type: 0, bytes: bytes))
        }
        let (up, down) = swapsLayers ? ("ffn_down", "ffn_up") : ("ffn_up", "ffn_down")
        add("v.patch_embd.weight", [14, 14, 3, 4])
        add("v.position_embd.weight", [4, 4])
        add("v.blk.0.\(up).weight", [4, 6])
        add("v.blk.0.\(up).bias", [6])
        add("v.blk.0.\(down).weight", [6, 4])
        add("v.blk.0.attn_out.bias", [4])
        add("v.blk.0.ln2.weight", [4])
        add("v.post_ln.bias", [4])
        add("mm.model.fc.weight", [36, 8])
        let (folder, url) = try builder.write(as: "mmproj-tiny.gguf")
        let tower = try GGUFVisionModel(GGUFFile(url))
        let store = try tower.store()
        let layer = "model.vision_model.encoder.layers.0"
        #expect(
            try store.tensor("model.vision_model.embeddings.patch_embedding.weight", shape: [4, 3, 14, 14]).rows == 4
        )
        #expect(try store.tensor("\(layer).mlp.fc1.weight", shape: [6, 4]).rows == 6)
        #expect(try store.tensor("\(layer).mlp.fc2.weight", shape: [4, 6]).rows == 4)
        #expect(try store.tensor("model.connector.modality_projection.proj.weight", shape: [8, 36]).rows == 8)
        for name in ["\(layer).mlp.fc1.bias", "\(layer).self_attn.out_proj.bias", "\(layer).layer_norm2.weight"] {
            #expect(store.has(name), "\(name)")
        }
        #expect(store.has("model.vision_model.embeddings.position_embedding.weight") && store.names.count == 9)
        let configuration = try tower.configuration()
        let vision = try #require(configuration["vision_config"] as? [String: any Sendable])
        #expect(configuration["scale_factor"] as? Int == 3 && vision["intermediate_size"] as? Int == 6)

        let alone = #expect(throws: (any Error).self) { try InferenceEngine(folder: url, threads: 1) }
        #expect(alone.map { "\($0)".contains("a vision tower without its text model") } ?? false)
        builder.replace("clip.projector_type", by: "ldp")
        let other = try folder.write(builder.bytes(), as: "other.gguf")
        let projector = #expect(throws: VLMError.self) { try GGUFVisionModel(GGUFFile(other)) }
        #expect(projector.map { "\($0)".contains("the image projector ldp") } ?? false)
        builder.replace("clip.projector_type", by: "idefics3")
        add("v.class_embd", [4])
        let unknown = try folder.write(builder.bytes(), as: "unknown.gguf")
        let error = #expect(throws: VLMError.self) { try GGUFVisionModel(GGUFFile(unknown)).store() }
        #expect(error.map { "\($0)".contains("the tensor v.class_embd") } ?? false)
    }

    @Test func aFolderIsAskedForItsOneFile() throws {
        let folder = try TemporaryFolder()
        func found() throws -> String {
            switch try CheckpointPlace(folder.url) {
            case .folder: "folder"
            case .gguf(let place): place.model.lastPathComponent
            }
        }
        #expect(try found() == "folder")
        let file = try folder.write(Self.sound().bytes(), as: "one.gguf")
        #expect(try found() == "one.gguf")
        let plain = try folder.write(Self.sound().bytes(), as: "no-suffix")
        guard case .gguf = try CheckpointPlace(plain), case .gguf = try CheckpointPlace(file) else {
            Issue.record("a file is taken by its suffix or its first bytes")
            return
        }
        _ = try folder.write([1], as: "two.gguf")
        let error = #expect(throws: VLMError.self) { try CheckpointPlace(folder.url) }
        #expect(error.map { "\($0)".contains("one.gguf, two.gguf") } ?? false)
        _ = try folder.write([1], as: "config.json")
        #expect(try found() == "folder")
    }
}
