package import Foundation

/// The tensors of a checkpoint folder by name: one safetensors file, or shards with an index.
package struct WeightStore: Sendable {
    private struct Location: Sendable {
        let file: SafetensorsFile
        let entry: SafetensorsFile.Entry
    }

    /// The checkpoint folder's path, for messages.
    package let path: String
    /// Names of the files that hold weights, the index included.
    package let fileNames: [String]
    /// Whether 16-bit matrices are widened to float32 when they are loaded.
    package let widensAtLoad: Bool
    /// How linear layers keep their weights; `float32` computes in single precision.
    package let weightType: WeightType
    /// Whether the files hold weights that `recto models quantize` packed.
    private let isPacked: Bool
    /// Notes what is packed, for writing it; used by one thread while a network is loaded.
    private let collector: PackedCollector?
    private let tensors: [String: Location]

    /// Checkpoints with at most this many bytes as float32 are widened at load: they are then fastest, and cost little.
    package static let usuallyWidenedBytes = 256 << 20

    /// Opens the weights of a checkpoint folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - aliases: Names of older releases.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weightType: How linear layers keep their weights.
    ///   - isPacked: Whether the files hold weights that `recto models quantize` packed.
    ///   - collector: Notes what is packed.
    /// - Throws: `VLMError` when a file is missing or damaged.
    package init(
        folder: URL,
        aliases: WeightAliases,
        widenedBytes: Int = usuallyWidenedBytes,
        weightType: WeightType = .float32,
        isPacked: Bool = false,
        collector: PackedCollector? = nil
    ) throws(VLMError) {
        self.collector = collector
        self.weightType = weightType
        self.isPacked = isPacked
        path = folder.path(percentEncoded: false)
        let index = folder.appending(path: "model.safetensors.index.json")
        let shards: [String: [String]]?
        if FileManager.default.fileExists(atPath: index.path(percentEncoded: false)) {
            let map = try WeightIndex(index).shardTensors
            shards = map
            fileNames = ["model.safetensors.index.json"] + map.keys.sorted()
        } else {
            shards = nil
            fileNames = ["model.safetensors"]
        }
        var tensors: [String: Location] = [:]
        for name in shards.map({ $0.keys.sorted() }) ?? fileNames {
            let file = try SafetensorsFile(folder.appending(path: name))
            for tensor in shards?[name] ?? [] where file.entries[tensor] == nil {
                throw .missingTensor(path: file.path, tensor: tensor)
            }
            for (tensor, entry) in file.entries {
                guard let canonical = aliases.canonicalName(of: tensor) else { continue }
                if tensors.updateValue(Location(file: file, entry: entry), forKey: canonical) != nil {
                    throw .malformedSafetensors(path: file.path, tensor: tensor, problem: "it appears twice")
                }
            }
        }
        self.tensors = tensors
        let elements = tensors.values.reduce(0) { $0 + $1.entry.shape.reduce(1, *) }
        widensAtLoad = elements <= widenedBytes / 4
    }

    /// The names of all tensors.
    package var names: [String] { tensors.keys.sorted() }

    /// Whether there is a tensor of a name.
    ///
    /// - Parameter name: Its canonical name.
    /// - Returns: Whether it is there.
    package func has(_ name: String) -> Bool { tensors[name] != nil }

    /// Memory that the weights take while the network runs, in bytes.
    package var residentBytes: Int {
        tensors.values.reduce(0) { sum, location in
            let shape = location.entry.shape
            let elements = shape.reduce(1, *)
            if isPacked { return sum + location.entry.bytes.count }
            if weightType != .float32, shape.count == 2 {
                return sum + weightType.packedBytes(rows: shape[0], columns: shape[1])
            }
            return sum + (widensAtLoad ? elements * 4 : location.entry.bytes.count)
        }
    }

    /// The element type that most of the weights have on disk.
    package var elementType: String {
        let bytes = Dictionary(grouping: tensors.values, by: \.entry.elementType)
            .mapValues { $0.reduce(0) { $0 + $1.entry.bytes.count } }
        let largest = bytes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? ElementType.float32.rawValue
        return ElementType(rawValue: largest)?.name ?? largest
    }

    private func location(_ name: String, shape: [Int]) throws(VLMError) -> (Location, ElementType) {
        guard let location = tensors[name] else { throw .missingTensor(path: path, tensor: name) }
        guard let type = ElementType(rawValue: location.entry.elementType) else {
            throw .unsupportedElementType(
                path: location.file.path,
                tensor: name,
                elementType: location.entry.elementType
            )
        }
        if location.entry.shape != shape {
            throw .tensorShape(path: location.file.path, tensor: name, expected: shape, found: location.entry.shape)
        }
        return (location, type)
    }

    /// Reads a tensor as float32.
    ///
    /// - Parameters:
    ///   - name: Its canonical name.
    ///   - shape: The shape that it must have.
    /// - Returns: A matrix whose columns are the last dimensions flattened; a vector has one row.
    /// - Throws: `VLMError` when it is missing, of another shape or of an element type that Recto does not read.
    package func tensor(_ name: String, shape: [Int]) throws(VLMError) -> Tensor {
        let (location, type) = try location(name, shape: shape)
        let rows = shape.count > 1 ? shape[0] : 1
        let columns = shape.count > 1 ? shape.dropFirst().reduce(1, *) : shape.reduce(1, *)
        return Tensor(
            expanding: location.file.mapping,
            at: location.entry.bytes.lowerBound,
            type: type,
            rows: rows,
            columns: columns
        )
    }

    /// Makes the weights of a linear layer or an embedding available.
    ///
    /// - Parameters:
    ///   - name: Their canonical name.
    ///   - rows: Output features that there must be.
    ///   - columns: Input features that there must be.
    ///   - use: What they are for.
    /// - Returns: The weights.
    /// - Throws: `VLMError` when they are missing, of another shape or of an element type that Recto does not read.
    package func matrix(
        _ name: String,
        rows: Int,
        columns: Int,
        use: WeightUse = .layer
    ) throws(VLMError) -> WeightMatrix {
        let wanted = use.type(of: weightType)
        if isPacked, let location = tensors[name], location.entry.elementType == "U8" {
            return try packedMatrix(name, location, rows: rows, columns: columns)
        }
        if wanted != .float32 && !isPacked {
            let packed = try packing(name, rows: rows, columns: columns, as: wanted)
            collector?.add(packed, as: name)
            return WeightMatrix(packed)
        }
        if let (first, second) = try parts(of: name, columns: columns) {
            var joined = Tensor(rows: first.rows + second.rows, columns: columns)
            joined.replaceRows(at: 0, with: first)
            joined.replaceRows(at: first.rows, with: second)
            if joined.rows == rows { return WeightMatrix(joined) }
            throw .tensorShape(path: path, tensor: name, expected: [rows, columns], found: [joined.rows, columns])
        }
        let (location, type) = try location(name, shape: [rows, columns])
        let isAligned = location.entry.bytes.lowerBound % type.size == 0
        if widensAtLoad || !isAligned {
            return WeightMatrix(try tensor(name, shape: [rows, columns]))
        }
        return WeightMatrix(
            file: location.file.mapping,
            entry: location.entry,
            type: type,
            rows: rows,
            columns: columns
        )
    }

    /// Where a tensor lies.
    ///
    /// - Parameter name: Its canonical name.
    /// - Returns: Its entry and the mapped file.
    func place(of name: String) -> (entry: SafetensorsFile.Entry, mapping: MemoryMappedFile)? {
        tensors[name].map { ($0.entry, $0.file.mapping) }
    }

    /// Packs weights as they are loaded.
    private func packing(
        _ name: String,
        rows: Int,
        columns: Int,
        as type: WeightType
    ) throws(VLMError) -> PackedMatrix {
        if let (first, second) = try parts(of: name, columns: columns) {
            guard first.rows + second.rows == rows else {
                let found = [first.rows + second.rows, columns]
                throw .tensorShape(path: path, tensor: name, expected: [rows, columns], found: found)
            }
            return unsafe PackedMatrix(type: type, rows: rows, columns: columns) { range, output in
                for row in range {
                    let source = row < first.rows ? first : second
                    let place = row < first.rows ? row : row - first.rows
                    unsafe (output + (row - range.lowerBound) * columns).update(
                        from: source.storage.pointer + place * columns,
                        count: columns
                    )
                }
            }
        }
        let (location, stored) = try location(name, shape: [rows, columns])
        return unsafe PackedMatrix(type: type, rows: rows, columns: columns) { range, output in
            unsafe MatrixMultiply.expand(
                output,
                location.file.mapping.bytes,
                location.entry.bytes.lowerBound + range.lowerBound * columns * stored.size,
                stored,
                range.count * columns
            )
        }
    }

    /// Leaves packed weights where they are mapped; their size says how they are packed.
    private func packedMatrix(
        _ name: String,
        _ location: Location,
        rows: Int,
        columns: Int
    ) throws(VLMError) -> WeightMatrix {
        let bytes = location.entry.bytes
        let types = WeightType.allCases.filter {
            $0 != .float32 && $0.packedBytes(rows: rows, columns: columns) == bytes.count
        }
        guard let type = types.first,
            let packed = PackedMatrix(
                file: location.file.mapping,
                offset: bytes.lowerBound,
                type: type,
                rows: rows,
                columns: columns
            )
        else {
            throw .malformedSafetensors(
                path: location.file.path,
                tensor: name,
                problem: "its \(bytes.count) bytes at \(bytes.lowerBound) are no packed matrix of \(rows) x \(columns)"
            )
        }
        return WeightMatrix(packed)
    }

    /// Pre-release Idefics2 checkpoints keep the rows that were added to the vocabulary in a tensor of their own.
    private func parts(of name: String, columns: Int) throws(VLMError) -> (Tensor, Tensor)? {
        guard let addition = WeightAliases.additions[name], let second = tensors[addition],
            let first = tensors[name], first.entry.shape.count == 2, second.entry.shape.count == 2
        else { return nil }
        return (
            try tensor(name, shape: [first.entry.shape[0], columns]),
            try tensor(addition, shape: [second.entry.shape[0], columns])
        )
    }
}
