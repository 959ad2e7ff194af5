import Foundation

extension SurveyedModel {
    /// What is not as in most checkpoints.
    ///
    /// - Parameter adapters: What would be merged into the weights.
    /// - Returns: One sentence without its full stop for each.
    func peculiarities(_ adapters: [ModelAdapter]) -> [String] {
        let lists = [storage, positions, images, heads, prompts]
        return lists.flatMap(\.self) + adapters.map { "the adapter \($0.folder.path) with weight \($0.weight)" }
            + leftOver
    }

    private var storage: [String] {
        let types = elementTypes.map { "\($0.name) (\($0.count) tensors)" }.joined(separator: ", ")
        var said: [String] = []
        if let gguf = plan.gguf {
            let files =
                gguf.fileNames.count == 1 ? "a GGUF file" : "GGUF files, \(gguf.fileNames.joined(separator: " and "))"
            said.append("\(files) of \(types)")
            if gguf.tower == nil, (try? gguf.text.imageToken()) ?? nil != nil {
                said.append(
                    "made to see images, and no vision tower is named or lies beside it (mmproj-*.gguf): text alone"
                )
            }
        }
        if let packed = plan.packed {
            said.append("packed as \(packed.rawValue) by recto models quantize")
        } else if plan.gguf == nil, elementTypes.count > 1 {
            said.append("weights of several element types: \(types)")
        }
        if store.renamedCount > 0 { said.append("\(store.renamedCount) tensors under names of an older release") }
        return said
    }

    private var positions: [String] {
        let text = network.decoder.configuration
        var said: [String] = []
        switch text.ropeScaling {
        case .none: break
        case .linear(let factor): said.append("rope_scaling linear: positions count 1/\(factor)")
        case .dynamic(let factor, let positions):
            said.append("rope_scaling dynamic: factor \(factor) beyond \(positions) positions")
        case .llama3(let factor, _, _, let positions):
            said.append("rope_scaling llama3: factor \(factor) beyond \(positions) positions")
        case .divided(let divisors):
            let (least, most) = (divisors.min() ?? 1, divisors.max() ?? 1)
            said.append("rope_freqs.weight: rotary frequencies are divided by \(least) to \(most)")
        }
        if let window = text.slidingWindow {
            said.append("sliding_window: a token sees the \(window) positions up to its own")
        }
        return said
    }

    private var images: [String] {
        guard let attention = network.decoder.crossAttention else { return [] }
        let megabytes = (Double(attention.bytesPerImage) / 1e5).rounded() / 10
        return [
            "images beside the text: \(attention.blockCount) blocks look at the \(attention.images.count) states of one image, "
                + "whose keys and values take \(megabytes) MB in single precision"
        ]
    }

    private var heads: [String] {
        var said: [String] = []
        said.append(shapes["lm_head.weight"] == nil ? "" : "an untied head: it does not share the embedding's weights")
        if network.vision != nil, plan.declaration?.glyphHead == nil {
            said.append("no glyph head: values on pages without a text layer are placed to within their tile")
        }
        return said.filter { !$0.isEmpty }
    }

    private var prompts: [String] {
        let template =
            plan.gguf.map { try? ChatTemplate(gguf: $0.text.file) } ?? (try? ChatTemplate(folder: plan.location))
        switch template {
        case .unknown?: return ["a chat template that Recto does not know: prompts are given with --raw"]
        case .absent? where plan.family.promptForm == .text: return ["no chat template: prompts are given with --raw"]
        default: return []
        }
    }

    private var leftOver: [String] {
        var said: [String] = []
        let unused = unusedTensors
        if let first = unused.first {
            let count = unused.reduce(0) { $0 + (store.place(of: $1)?.count ?? 0) }
            said.append(
                "\(unused.count) tensors that nothing uses, \(first) the first; their \(count) parameters are not counted"
            )
        }
        if !problems.isEmpty {
            said.append("\(problems.count) tensors are missing or not as they must be; recto models check names them")
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: plan.location.path)) ?? []
        let pickled = names.filter { name in [".bin", ".pt", ".pth", ".pkl", ".ckpt"].contains { name.hasSuffix($0) } }
        if plan.gguf == nil, !pickled.isEmpty {
            said.append("pickled files, which Recto never reads: \(pickled.sorted().joined(separator: ", "))")
        }
        return said
    }
}
