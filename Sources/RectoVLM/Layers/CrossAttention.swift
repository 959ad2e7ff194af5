import Foundation
import Synchronization

/// The blocks through which a decoder looks at images: one before every so many of its layers.
struct CrossAttention: Sendable {
    /// What is looked at of one image.
    let images: ImageStates
    let rule: SeenImages.Rule
    private let interval: Int
    private let blocks: [GatedCrossAttention]
    private let counter = MemoryCounter()

    /// Images whose keys and values are made together.
    private static let imagesPerRound = 16

    /// Loads the blocks.
    ///
    /// - Parameters:
    ///   - name: What their tensors' names begin with.
    ///   - store: The checkpoint's tensors.
    ///   - text: The decoder's sizes; `interval` divides its number of layers.
    ///   - interval: Layers from one block to the next; the first stands before the first layer.
    ///   - images: What is looked at of one image.
    ///   - normalizesHeads: Whether each head's queries and keys pass a norm.
    ///   - hasVectorGates: Whether a gate has a value for each feature.
    ///   - rule: The tokens that change what is looked at.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(
        _ name: String,
        in store: WeightStore,
        _ text: TextConfiguration,
        interval: Int,
        images: ImageStates,
        normalizesHeads: Bool,
        hasVectorGates: Bool,
        rule: SeenImages.Rule
    ) throws(VLMError) {
        self.interval = interval
        self.images = images
        self.rule = rule
        var blocks: [GatedCrossAttention] = []
        for index in 0..<text.layerCount / interval {
            blocks.append(
                try GatedCrossAttention(
                    "\(name).\(index)",
                    in: store,
                    text,
                    imageWidth: images.width,
                    normalizesHeads: normalizesHeads,
                    hasVectorGates: hasVectorGates
                )
            )
        }
        self.blocks = blocks
    }

    /// How many images' keys and values were made so far.
    var memoryCount: Int { counter.count.withLock(\.self) }

    /// Memory that the keys and values of one image take.
    var bytesPerImage: Int { blocks.reduce(0) { $0 + images.count * $1.memoryBytesPerState } }

    /// Layers that one step reads; keys and values of images are there already.
    var linears: [Linear] { blocks.flatMap(\.linears) }

    /// How many blocks there are.
    var blockCount: Int { blocks.count }

    /// Makes the keys and values of images.
    ///
    /// - Parameter features: The features of each image: `images.count` rows.
    /// - Returns: One memory for each.
    /// - Throws: `CancellationError` when the task was cancelled.
    func memories(of features: [Tensor]) throws -> [ImageMemory] {
        try features.pieces(of: Self.imagesPerRound).flatMap { try round(Array($0)) }
    }

    private func round(_ features: [Tensor]) throws -> [ImageMemory] {
        var states = Tensor(undefinedRows: features.reduce(0) { $0 + $1.rows }, columns: images.width)
        var rows: [Range<Int>] = []
        for image in features {
            let start = rows.last?.upperBound ?? 0
            states.replaceRows(at: start, with: image)
            rows.append(start..<start + image.rows)
        }
        var memories = [[AttentionKernel.Memory]](repeating: [], count: features.count)
        for block in blocks {
            try Task.checkCancellation()
            for (index, memory) in block.memories(of: states, images: rows).enumerated() {
                memories[index].append(memory)
            }
        }
        counter.count.withLock { $0 += features.count }
        return memories.map { ImageMemory(blocks: $0) }
    }

    /// Sends rows through the block that stands before a layer, where one does.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - hidden: The hidden states.
    ///   - sights: What rows look at; those not among them look at nothing.
    func apply(before layer: Int, to hidden: inout Tensor, sights: [ImageSight]) {
        if layer % interval != 0 { return }
        let index = layer / interval
        blocks[index](&hidden, spans: sights.map { ($0.rows, $0.image.blocks[index]) })
    }

    /// Counts images for as long as the blocks are loaded.
    private final class MemoryCounter: Sendable {
        let count = Mutex(0)
    }
}

/// One block: attention to the states of an image and an MLP, each let in by a learned gate.
///
/// x += tanh(α₁) · Wo · attention(Wq · norm(x), Wk · image, Wv · image); x += tanh(α₂) · MLP(norm(x)). There are no rotary
/// positions. Rows that look at no image pass the MLP alone.
struct GatedCrossAttention: Sendable {
    private let inputNorm: RMSNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let kernel: AttentionKernel
    private let queryNorm: RMSNorm?
    private let keyNorm: RMSNorm?
    private let attentionGate: Tensor
    private let postAttentionNorm: RMSNorm
    private let mlp: GatedMLP
    private let mlpGate: Tensor

    init(
        _ name: String,
        in store: WeightStore,
        _ text: TextConfiguration,
        imageWidth: Int,
        normalizesHeads: Bool,
        hasVectorGates: Bool
    ) throws(VLMError) {
        let (hidden, epsilon, headDimension) = (text.hiddenSize, text.epsilon, text.headDimension)
        let width = text.headCount * headDimension
        let attention = "\(name).cross_attn"
        func headNorm(_ part: String) throws(VLMError) -> RMSNorm? {
            guard normalizesHeads else { return nil }
            return try RMSNorm("\(attention).\(part)_layer_norm", in: store, size: headDimension, epsilon: epsilon)
        }
        func gate(_ part: String) throws(VLMError) -> Tensor {
            let alpha = try store.tensor("\(name).\(part)", shape: hasVectorGates ? [1, 1, hidden] : [1]).elements
            let values = hasVectorGates ? alpha : Array(repeating: alpha[0], count: hidden)
            return Tensor(rows: 1, columns: hidden, elements: values.map(tanhf))
        }
        inputNorm = try RMSNorm("\(name).input_layernorm", in: store, size: hidden, epsilon: epsilon)
        query = try Linear("\(attention).q_proj", in: store, outputs: width, inputs: hidden)
        key = try Linear("\(attention).k_proj", in: store, outputs: width, inputs: imageWidth)
        value = try Linear("\(attention).v_proj", in: store, outputs: width, inputs: imageWidth)
        output = try Linear("\(attention).o_proj", in: store, outputs: hidden, inputs: width)
        kernel = AttentionKernel(
            headCount: text.headCount,
            keyValueHeadCount: text.headCount,
            headDimension: headDimension
        )
        queryNorm = try headNorm("q")
        keyNorm = try headNorm("k")
        attentionGate = try gate("alpha_cross_attn")
        postAttentionNorm = try RMSNorm(
            "\(name).post_attention_layernorm",
            in: store,
            size: hidden,
            epsilon: epsilon
        )
        mlp = try GatedMLP(
            "\(name).mlp",
            in: store,
            inputs: hidden,
            intermediate: text.intermediateSize,
            outputs: hidden
        )
        mlpGate = try gate("alpha_dense")
    }

    /// Layers that one step reads.
    var linears: [Linear] { [query, output] + mlp.linears }

    /// Memory that the key and the value of one state take.
    var memoryBytesPerState: Int { 2 * key.weight.rows * (kernel.canBeHalf(key) ? 2 : 4) }

    /// Makes the keys and values of images.
    ///
    /// - Parameters:
    ///   - states: The states of all images.
    ///   - images: The rows of each.
    /// - Returns: Keys and values of each image.
    func memories(of states: Tensor, images: [Range<Int>]) -> [AttentionKernel.Memory] {
        let input = key.prepare(states)
        let keys = key(input).eachHead(of: kernel.headDimension, keyNorm)
        let values = value(input)
        let isHalf = kernel.canBeHalf(key)
        return images.map { AttentionKernel.Memory(keys: keys.rows($0), values: values.rows($0), isHalf: isHalf) }
    }

    /// Sends rows through the block.
    ///
    /// - Parameters:
    ///   - hidden: The hidden states.
    ///   - spans: Rows that look at an image, and its keys and values here.
    func callAsFunction(_ hidden: inout Tensor, spans: [(rows: Range<Int>, image: AttentionKernel.Memory)]) {
        if !spans.isEmpty { look(&hidden, spans) }
        var change = mlp(postAttentionNorm(hidden))
        change.scaleColumns(by: mlpGate)
        hidden.add(change)
    }

    /// Attention alone; other rows are not touched.
    private func look(_ hidden: inout Tensor, _ spans: [(rows: Range<Int>, image: AttentionKernel.Memory)]) {
        var rows = hidden.gathered(spans.map(\.rows))
        var places: [Range<Int>] = []
        for span in spans {
            let start = places.last?.upperBound ?? 0
            places.append(start..<start + span.rows.count)
        }
        let queries = query(inputNorm(rows)).eachHead(of: kernel.headDimension, queryNorm)
        let seen = zip(places, spans).map { place, span in
            AttentionKernel.Span(queryRows: place, memory: span.image, keyRows: 0..<span.image.rows)
        }
        var change = output(kernel(queries, spans: seen, mask: .none))
        change.scaleColumns(by: attentionGate)
        rows.add(change)
        for (place, span) in zip(places, spans) {
            hidden.replaceRows(at: span.rows.lowerBound, with: rows, rows: place)
        }
    }
}
