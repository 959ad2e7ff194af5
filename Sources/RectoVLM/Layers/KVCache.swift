/// The keys and values of one sequence, layer by layer, and the images that it looks at from outside the text.
final class KVCache {
    /// Positions that all layers hold.
    private(set) var count = 0
    /// The images, where the decoder looks at them through blocks of their own; their keys and values are shared.
    var images = SeenImages()
    private var layers: [AttentionKernel.Memory]

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - layerCount: Number of decoder layers.
    ///   - width: Features of all key heads together.
    ///   - capacity: Positions to make room for; it grows when they do not suffice.
    ///   - isHalf: Whether keys and values are kept in bfloat16 rather than float32.
    init(layerCount: Int, width: Int, capacity: Int, isHalf: Bool) {
        layers = (0..<layerCount).map { _ in
            isHalf
                ? .half(
                    keys: HalfTensor(undefinedRows: capacity, columns: width, stride: width),
                    values: HalfTensor(undefinedRows: capacity, columns: width, stride: width)
                )
                : .single(
                    keys: Tensor(undefinedRows: capacity, columns: width),
                    values: Tensor(undefinedRows: capacity, columns: width)
                )
        }
    }

    private init(layers: [AttentionKernel.Memory], count: Int, images: SeenImages) {
        self.layers = layers
        self.count = count
        self.images = images
    }

    /// Makes a copy that another sequence goes on with.
    ///
    /// - Parameter capacity: Positions that the copy has room for.
    /// - Returns: The copy.
    func copy(capacity: Int) -> KVCache {
        KVCache(layers: layers.map { $0.extended(toRows: max(capacity, $0.rows)) }, count: count, images: images)
    }

    /// Stores the keys and values of new positions in one layer.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - keys: Where the keys stand.
    ///   - values: Where the values stand, in the same rows.
    ///   - rows: The rows that belong to this sequence.
    /// - Returns: Keys and values of all positions; rows behind `count + rows.count` mean nothing.
    func store(layer: Int, keys: Tensor, values: Tensor, rows: Range<Int>) -> AttentionKernel.Memory {
        let needed = count + rows.count
        if needed > layers[layer].rows {
            layers[layer] = layers[layer].extended(toRows: max(needed, layers[layer].rows * 2))
        }
        layers[layer].replaceRows(at: count, keys: keys, values: values, rows: rows)
        return layers[layer]
    }

    /// Counts positions that every layer has stored.
    ///
    /// - Parameter positions: How many.
    func advance(by positions: Int) { count += positions }
}
