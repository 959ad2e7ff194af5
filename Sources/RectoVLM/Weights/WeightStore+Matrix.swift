extension WeightStore {
    /// Reads a tensor as float32.
    ///
    /// - Parameters:
    ///   - name: Its canonical name.
    ///   - shape: The shape that it must have.
    /// - Returns: A matrix whose columns are the last dimensions flattened; a vector has one row.
    /// - Throws: `VLMError` when it is missing, of another shape or of an element type that Recto does not read.
    package func tensor(_ name: String, shape: [Int]) throws(VLMError) -> Tensor {
        if let survey { return try survey.tensor(name, shape: shape, of: self) }
        let tensor = try stored(name, shape: shape)
        let rows = shape.count > 1 ? shape[0] : 1
        let columns = shape.count > 1 ? shape.dropFirst().reduce(1, *) : shape.reduce(1, *)
        return expanded(tensor, adapters?.changes(of: name) ?? [], rows: rows, columns: columns)
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
        if let survey { return try survey.matrix(name, rows: rows, columns: columns, of: self) }
        let changes = adapters?.changes(of: name) ?? []
        if keeping.isPacked, let tensor = tensors[name], tensor.elementType == "U8" {
            let packed = try packedMatrix(name, tensor, rows: rows, columns: columns)
            for change in changes { try change.check(name, shape: [rows, columns]) }
            return WeightMatrix(changes.isEmpty ? packed : repacked(packed, changes))
        }
        if let joined = try joined(name, rows: rows, columns: columns) {
            if let change = changes.first {
                throw .unsupportedSetting(path: change.path, setting: "a change of \(name), which is kept in two parts")
            }
            let type = keeping.isPacked ? .float32 : use.type(of: weightType)
            return kept(WeightMatrix(joined), as: type, name)
        }
        let tensor = try stored(name, shape: [rows, columns])
        let wanted = keeping.isPacked ? .float32 : wantedType(of: tensor, for: use)
        if wanted == .float32 {
            if !widensAtLoad, changes.isEmpty, let type = tensor.plainType {
                return WeightMatrix(mapped: tensor, type: type, rows: rows, columns: columns)
            }
            return WeightMatrix(expanded(tensor, changes, rows: rows, columns: columns))
        }
        if changes.isEmpty, let format = tensor.blockFormat, format.packedType == wanted {
            let packed = PackedMatrix(placing: tensor, format: format, as: wanted, rows: rows, columns: columns)
            return WeightMatrix(packed)
        }
        let packed = unsafe PackedMatrix(type: wanted, rows: rows, columns: columns) { range, output in
            unsafe tensor.expand(rows: range, columns: columns, into: output)
            if !changes.isEmpty { unsafe changes.apply(to: output, rows: range, columns: columns) }
        }
        keeping.collector?.add(packed, as: name)
        return WeightMatrix(packed)
    }

    /// Reads a tensor as float32 and makes the changes of adapters.
    private func expanded(_ tensor: StoredTensor, _ changes: [WeightChange], rows: Int, columns: Int) -> Tensor {
        if changes.isEmpty { return Tensor(expanding: tensor, rows: rows, columns: columns) }
        return unsafe Tensor(rows: rows, columns: columns) { range, output in
            unsafe tensor.expand(rows: range, columns: columns, into: output)
            unsafe changes.apply(to: output, rows: range, columns: columns)
        }
    }

    /// Makes the weights of a linear layer available, with what adapters add beside weights that were packed before.
    ///
    /// - Parameters:
    ///   - name: Their canonical name.
    ///   - rows: Output features that there must be.
    ///   - columns: Input features that there must be.
    ///   - use: What they are for.
    /// - Returns: The weights, and what is added to their products; nil where the weights have all changes in them.
    /// - Throws: `VLMError` when they are missing, of another shape or of an element type that Recto does not read.
    func linear(
        _ name: String,
        rows: Int,
        columns: Int,
        use: WeightUse
    ) throws(VLMError) -> (weight: WeightMatrix, beside: LowRankPath?) {
        if survey != nil { return (try matrix(name, rows: rows, columns: columns, use: use), nil) }
        let changes = adapters?.changes(of: name) ?? []
        if keeping.isPacked, !changes.isEmpty, let tensor = tensors[name], tensor.elementType == "U8" {
            let packed = try packedMatrix(name, tensor, rows: rows, columns: columns)
            for change in changes { try change.check(name, shape: [rows, columns]) }
            if let beside = LowRankPath(changes, of: packed) { return (WeightMatrix(packed), beside) }
        }
        return (try matrix(name, rows: rows, columns: columns, use: use), nil)
    }

    /// Packs weights that are there as float32, where they are to be.
    private func kept(_ matrix: WeightMatrix, as type: WeightType, _ name: String) -> WeightMatrix {
        if type == .float32 { return matrix }
        let result = matrix.packed(as: type)
        if case .packed(let packed) = result.storage { keeping.collector?.add(packed, as: name) }
        return result
    }

    /// Checks that a tensor is there as it is asked for, without reading it.
    ///
    /// - Parameters:
    ///   - name: Its canonical name.
    ///   - shape: The shape that it must have.
    /// - Throws: `VLMError` when it is missing, of another shape or of an element type that Recto does not read.
    func check(_ name: String, shape: [Int]) throws(VLMError) {
        if keeping.isPacked, shape.count == 2, let tensor = tensors[name], tensor.elementType == "U8" {
            _ = try packedMatrix(name, tensor, rows: shape[0], columns: shape[1])
        } else if let parts = try joinedParts(name, shape: shape) {
            for (part, shape) in parts { _ = try stored(part, shape: shape) }
        } else {
            _ = try stored(name, shape: shape)
        }
    }

    /// Whether a tensor is there beside another, and differs from it.
    ///
    /// - Parameters:
    ///   - name: The canonical name of a tensor that may be missing.
    ///   - other: The canonical name of the tensor that could stand for it.
    /// - Returns: Whether it, or the rows added to it, hold other bytes.
    func holdsOtherNumbers(_ name: String, than other: String) -> Bool {
        [(name, other), (WeightAliases.additions[name], WeightAliases.additions[other])].contains { own, stand in
            guard let own = own.flatMap({ tensors[$0] }), let stand = stand.flatMap({ tensors[$0] }) else {
                return false
            }
            return !own.holdsSameBytes(as: stand)
        }
    }

    private func stored(_ name: String, shape: [Int]) throws(VLMError) -> StoredTensor {
        guard let tensor = tensors[name] else { throw .missingTensor(path: weightsPath, tensor: name) }
        if tensor.format == nil {
            throw .unsupportedElementType(path: tensor.path, tensor: name, elementType: tensor.elementType)
        }
        if tensor.shape != shape {
            throw .tensorShape(path: tensor.path, tensor: name, expected: shape, found: tensor.shape)
        }
        return tensor
    }

    /// Leaves packed weights where they are mapped; their size says how they are packed.
    private func packedMatrix(
        _ name: String,
        _ tensor: StoredTensor,
        rows: Int,
        columns: Int
    ) throws(VLMError) -> PackedMatrix {
        let bytes = tensor.bytes
        let types = WeightType.allCases.filter {
            $0 != .float32 && $0.packedBytes(rows: rows, columns: columns) == bytes.count
        }
        guard let type = types.first,
            let packed = PackedMatrix(
                file: tensor.mapping,
                offset: bytes.lowerBound,
                type: type,
                rows: rows,
                columns: columns
            )
        else {
            throw .malformedSafetensors(
                path: tensor.path,
                tensor: name,
                problem: "its \(bytes.count) bytes at \(bytes.lowerBound) are no packed matrix of \(rows) x \(columns)"
            )
        }
        return packed
    }

    /// Makes changes of packed weights and packs them anew.
    private func repacked(_ own: PackedMatrix, _ changes: [WeightChange]) -> PackedMatrix {
        unsafe PackedMatrix(type: own.type, rows: own.rows, columns: own.columns) { range, output in
            for row in range {
                unsafe own.expand(row: row, into: output + (row - range.lowerBound) * own.columns)
            }
            unsafe changes.apply(to: output, rows: range, columns: own.columns)
        }
    }

    /// Some families keep the rows that were added to the vocabulary in a tensor of their own.
    private func joined(_ name: String, rows: Int, columns: Int) throws(VLMError) -> Tensor? {
        guard let parts = try joinedParts(name, shape: [rows, columns]) else { return nil }
        var joined = Tensor(rows: rows, columns: columns)
        var next = 0
        for (part, shape) in parts {
            joined.replaceRows(at: next, with: try tensor(part, shape: shape))
            next += shape[0]
        }
        return joined
    }

    /// The tensors that a matrix is kept in, and their shapes; nil where it is kept in one.
    private func joinedParts(_ name: String, shape: [Int]) throws(VLMError) -> [(name: String, shape: [Int])]? {
        guard let addition = WeightAliases.additions[name], let second = tensors[addition],
            let first = tensors[name], first.shape.count == 2, second.shape.count == 2, shape.count == 2
        else { return nil }
        guard first.shape[0] + second.shape[0] == shape[0] else {
            let found = [first.shape[0] + second.shape[0], shape[1]]
            throw .tensorShape(path: first.path, tensor: name, expected: shape, found: found)
        }
        return [(name, [first.shape[0], shape[1]]), (addition, [second.shape[0], shape[1]])]
    }
}
