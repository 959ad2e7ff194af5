/// The keys and values of one sequence, layer by layer.
final class KVCache {
    private struct Layer {
        var keys: Tensor
        var values: Tensor
    }

    /// Positions that all layers hold.
    private(set) var count = 0
    private var layers: [Layer]

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - layerCount: Number of decoder layers.
    ///   - width: Features of all key heads together.
    ///   - capacity: Positions to make room for; it grows when they do not suffice.
    init(layerCount: Int, width: Int, capacity: Int) {
        layers = (0..<layerCount).map { _ in
            Layer(
                keys: Tensor(undefinedRows: capacity, columns: width),
                values: Tensor(undefinedRows: capacity, columns: width)
            )
        }
    }

    /// Stores the keys and values of new positions in one layer.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - keys: Where the keys stand.
    ///   - values: Where the values stand, in the same rows.
    ///   - rows: The rows that belong to this sequence.
    /// - Returns: Keys and values of all positions; rows behind `count + rows.count` mean nothing.
    func store(layer: Int, keys: Tensor, values: Tensor, rows: Range<Int>) -> (keys: Tensor, values: Tensor) {
        let needed = count + rows.count
        if needed > layers[layer].keys.rows {
            let capacity = max(needed, layers[layer].keys.rows * 2)
            layers[layer].keys = layers[layer].keys.extended(toRows: capacity)
            layers[layer].values = layers[layer].values.extended(toRows: capacity)
        }
        layers[layer].keys.replaceRows(at: count, with: keys, rows: rows)
        layers[layer].values.replaceRows(at: count, with: values, rows: rows)
        return (layers[layer].keys, layers[layer].values)
    }

    /// Counts positions that every layer has stored.
    ///
    /// - Parameter positions: How many.
    func advance(by positions: Int) { count += positions }
}
