import Synchronization

/// What a network asks for while it is put together, noted without reading a number.
///
/// A family's own code says what it needs: it is run on a store that hands out empty places, and every tensor that is missing
/// or of another shape is noted instead of ending the loading.
final class WeightSurvey: Sendable {
    private struct Notes {
        var shapes: [String: [Int]] = [:]
        var problems: [VLMError] = []
    }

    private let notes = Mutex(Notes())

    /// A configuration that calls for more than this has wrong sizes, and not one tensor after the other is at fault.
    private static let mostProblems = 200
    /// Elements of the largest tensor; more than any checkpoint has in one.
    private static let mostElements = 1 << 36
    /// Elements of the largest tensor that is always read as float32: latents, norms, patches.
    private static let mostReadElements = 1 << 26

    /// The shapes that were asked for, by canonical names.
    var shapes: [String: [Int]] { notes.withLock(\.shapes) }

    /// What was missing or not as it was asked for, in the order of asking.
    var problems: [VLMError] { notes.withLock(\.problems) }

    /// Notes a tensor.
    ///
    /// - Parameters:
    ///   - name: Its canonical name.
    ///   - shape: The shape that it must have.
    ///   - store: Where it should be.
    /// - Returns: A place of its size, whose elements are not defined.
    /// - Throws: `VLMError` when nothing more can be found out.
    func tensor(_ name: String, shape: [Int], of store: WeightStore) throws(VLMError) -> Tensor {
        let count = try note(name, shape: shape, of: store)
        if count > Self.mostReadElements { throw Self.tooLarge(name, shape, store) }
        let rows = shape.count > 1 ? shape[0] : 1
        return Tensor(undefinedRows: rows, columns: rows > 0 ? count / rows : 0)
    }

    /// Notes a matrix.
    ///
    /// - Parameters:
    ///   - name: Its canonical name.
    ///   - rows: Output features that there must be.
    ///   - columns: Input features that there must be.
    ///   - store: Where it should be.
    /// - Returns: A matrix of its size of which nothing may be read.
    /// - Throws: `VLMError` when nothing more can be found out.
    func matrix(_ name: String, rows: Int, columns: Int, of store: WeightStore) throws(VLMError) -> WeightMatrix {
        _ = try note(name, shape: [rows, columns], of: store)
        guard let mapping = store.tensors.first?.value.mapping else {
            throw .missingTensor(path: store.weightsPath, tensor: name)
        }
        return WeightMatrix(unreadRows: rows, columns: columns, of: mapping)
    }

    private func note(_ name: String, shape: [Int], of store: WeightStore) throws(VLMError) -> Int {
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow || product > Self.mostElements { throw Self.tooLarge(name, shape, store) }
            count = product
        }
        do throws(VLMError) {
            try store.check(name, shape: shape)
            notes.withLock { $0.shapes[name] = shape }
        } catch {
            let problemCount = notes.withLock { notes in
                notes.shapes[name] = shape
                notes.problems.append(error)
                return notes.problems.count
            }
            if problemCount >= Self.mostProblems { throw error }
        }
        return count
    }

    private static func tooLarge(_ name: String, _ shape: [Int], _ store: WeightStore) -> VLMError {
        .tensorShape(path: store.weightsPath, tensor: name, expected: shape, found: store.tensors[name]?.shape ?? [])
    }
}
