import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM

/// A random Idefics2 of a few thousand parameters, written as a checkpoint folder; the same every time.
struct TinyModel {
    private var generator = SeededRandom(seed: 2024)
    private var named: [(name: String, tensor: SafetensorsWriter.Tensor)] = []

    static let hidden = 24
    static let vocabulary = 368
    static let latents = 5

    /// Writes the folder.
    ///
    /// - Parameters:
    ///   - leavesOut: A tensor that is not written.
    ///   - glyphHead: What `recto.json` says of a glyph head.
    ///   - ctcHead: What it says of a CTC head; without both there is no such file.
    ///   - change: Changes the configuration before it is written.
    /// - Returns: The folder.
    /// - Throws: What writing throws.
    static func write(
        leavingOut leavesOut: String? = nil,
        glyphHead: [String: Int]? = nil,
        ctcHead: [String: Int]? = nil,
        change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var configuration: [String: Any] = [
            "model_type": "idefics2", "image_token_id": 366, "tie_word_embeddings": false,
            "text_config": [
                "model_type": "mistral", "vocab_size": vocabulary, "hidden_size": hidden, "intermediate_size": 40,
                "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
                "sliding_window": 12, "max_position_embeddings": 256,
            ] as [String: Any],
            "vision_config": [
                "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 2,
                "image_size": 56, "patch_size": 14,
            ],
            "perceiver_config": [
                "hidden_size": hidden, "resampler_n_latents": latents, "resampler_depth": 1, "resampler_n_heads": 2,
                "resampler_head_dim": 8, "num_key_value_heads": 1,
            ],
        ]
        change(&configuration)
        _ = try folder.write(
            [UInt8](JSONSerialization.data(withJSONObject: configuration, options: .sortedKeys)),
            as: "config.json"
        )
        let golden = GoldenModel.folder.appending(path: "grouped-odd-view")
        for name in ["tokenizer.json", "preprocessor_config.json", "generation_config.json"] {
            try FileManager.default.copyItem(
                at: golden.appending(path: name),
                to: folder.url.appending(path: name)
            )
        }
        var model = TinyModel()
        model.fill()
        let heads = ["glyph_head": (glyphHead, 16), "ctc_head": (ctcHead, hidden)]
        let declared = heads.compactMapValues(\.0)
        if !declared.isEmpty {
            var declaration: [String: Any] = [
                "name": "tiny", "prompts": ["transcribe": "the", "field": "{field}"],
                "splitting": [
                    "strategy": "lines", "tile_height": 28, "tile_width": [28, 56], "text_height": 20,
                    "characters_per_tile": 9, "images_per_prompt": 2,
                ] as [String: Any],
            ]
            declaration.merge(declared) { $1 }
            _ = try folder.write(
                [UInt8](JSONSerialization.data(withJSONObject: declaration, options: .sortedKeys)),
                as: "recto.json"
            )
            for (name, (head, inputs)) in heads.sorted(by: { $0.key < $1.key }) {
                guard let head else { continue }
                model.addLinear("recto.\(name)", (head["slots"] ?? 0) * (head["classes"] ?? 0), inputs, bias: true)
            }
        }
        let kept = model.named.filter { $0.name != leavesOut }.map(\.tensor)
        _ = try folder.write([UInt8](SafetensorsWriter.data(of: kept)), as: "model.safetensors")
        return folder
    }

    private mutating func add(_ name: String, _ shape: Int..., offset: Float = 0) {
        let spread = shape.count > 1 ? 1.6 / Float(shape.dropFirst().reduce(1, *)).squareRoot() : 0.2
        let floats = (0..<shape.reduce(1, *)).map { _ in
            offset + Float.random(in: -1.7...1.7, using: &generator) * spread
        }
        named.append((name, .init(name: name, shape: shape, floats: floats)))
    }

    private mutating func addLinear(_ name: String, _ outputs: Int, _ inputs: Int, bias: Bool = false) {
        add("\(name).weight", outputs, inputs)
        if bias { add("\(name).bias", outputs) }
    }

    private mutating func addMLP(_ name: String, _ inputs: Int, _ inner: Int, _ outputs: Int) {
        addLinear("\(name).gate_proj", inner, inputs)
        addLinear("\(name).up_proj", inner, inputs)
        addLinear("\(name).down_proj", outputs, inner)
    }

    private mutating func addNorm(_ name: String, _ size: Int, bias: Bool = false) {
        add("\(name).weight", size, offset: 1)
        if bias { add("\(name).bias", size) }
    }

    private mutating func addAttention(_ name: String, _ widths: (Int, Int), _ size: Int) {
        addLinear("\(name).q_proj", widths.0, size)
        addLinear("\(name).k_proj", widths.1, size)
        addLinear("\(name).v_proj", widths.1, size)
        addLinear("\(name).o_proj", size, widths.0)
    }

    private mutating func fill() {
        let hidden = Self.hidden
        let vision = "model.vision_model"
        add("\(vision).embeddings.patch_embedding.weight", 16, 3, 14, 14)
        add("\(vision).embeddings.patch_embedding.bias", 16)
        add("\(vision).embeddings.position_embedding.weight", 16, 16)
        for layer in 0..<2 {
            let name = "\(vision).encoder.layers.\(layer)"
            addNorm("\(name).layer_norm1", 16, bias: true)
            for part in ["q", "k", "v", "out"] { addLinear("\(name).self_attn.\(part)_proj", 16, 16, bias: true) }
            addNorm("\(name).layer_norm2", 16, bias: true)
            addLinear("\(name).mlp.fc1", 20, 16, bias: true)
            addLinear("\(name).mlp.fc2", 16, 20, bias: true)
        }
        addNorm("\(vision).post_layernorm", 16, bias: true)
        addMLP("model.connector.modality_projection", 16, 40, hidden)
        let resampler = "model.connector.perceiver_resampler"
        add("\(resampler).latents", Self.latents, hidden)
        addNorm("\(resampler).layers.0.input_latents_norm", hidden)
        addNorm("\(resampler).layers.0.input_context_norm", hidden)
        addAttention("\(resampler).layers.0.self_attn", (16, 8), hidden)
        addNorm("\(resampler).layers.0.post_attention_layernorm", hidden)
        addMLP("\(resampler).layers.0.mlp", hidden, 4 * hidden, hidden)
        addNorm("\(resampler).norm", hidden)
        let text = "model.text_model"
        addLinear("\(text).embed_tokens", Self.vocabulary, hidden)
        for layer in 0..<2 {
            addNorm("\(text).layers.\(layer).input_layernorm", hidden)
            addAttention("\(text).layers.\(layer).self_attn", (24, 12), hidden)
            addNorm("\(text).layers.\(layer).post_attention_layernorm", hidden)
            addMLP("\(text).layers.\(layer).mlp", hidden, 40, hidden)
        }
        addNorm("\(text).norm", hidden)
        addLinear("lm_head", Self.vocabulary, hidden)
        // What a training recipe may leave in the file and no reader needs, in a type that nobody computes with.
        named.append(("recto.glyph_head.index", .init(name: "recto.glyph_head.index", shape: [2], integers: [1, 2])))
    }
}
