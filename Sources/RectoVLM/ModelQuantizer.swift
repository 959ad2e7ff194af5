public import Foundation
import Synchronization

/// Writes a checkpoint with its weights packed, so that loading it maps a file and computes nothing.
public struct ModelQuantizer {
    private let folder: URL
    private let weights: WeightType
    private let threads: Int

    /// Prepares to quantise a checkpoint.
    ///
    /// - Parameters:
    ///   - folder: A folder in the Hugging Face layout.
    ///   - weights: How weights are to be kept; `float32` is refused.
    ///   - threads: How many processors to use.
    public init(folder: URL, weights: WeightType, threads: Int) {
        self.folder = folder
        self.weights = weights
        self.threads = threads
    }

    /// Writes the new folder: packed weights, all other tensors as they were, `config.json` with a
    /// `quantization_config`, and copies of every other file that decides the output.
    ///
    /// - Parameter output: The folder to make; it must not be there yet.
    /// - Returns: Bytes of the weights before and after.
    /// - Throws: `VLMError` when the checkpoint cannot be read, or something is at `output` already.
    public func write(to output: URL) throws -> (before: Int, after: Int) {
        let path = output.path(percentEncoded: false)
        guard weights != .float32 else {
            throw VLMError.unwritableCheckpoint(path: path, reason: "float32 needs no packing; choose fewer bits")
        }
        let files = FileManager.default
        if files.fileExists(atPath: path) {
            throw VLMError.unwritableCheckpoint(path: path, reason: "something is there already; choose another folder")
        }
        if case .gguf(let place) = try CheckpointPlace(folder) {
            throw VLMError.unsupportedSetting(
                path: place.model.path(percentEncoded: false),
                setting: "quantising a GGUF file; choose its weights where it is loaded (--weights)"
            )
        }
        MatrixMultiply.threadCount = max(threads, 1)
        let collector = PackedCollector()
        let plan = try ModelPlan(folder: folder)
        let model = try ModelFolder(plan, widenedBytes: 0, weights: weights, collector: collector)
        let partial = output.deletingLastPathComponent().appending(path: ".\(output.lastPathComponent).partial")
        do {
            try? files.removeItem(at: partial)
            try files.createDirectory(at: partial, withIntermediateDirectories: true)
            let weightsFile = partial.appending(path: "model.safetensors")
            let before = try model.store.write(collector, to: weightsFile)
            for name in model.decidingFiles where !model.store.fileNames.contains(name) && name != "config.json" {
                try files.copyItem(at: folder.appending(path: name), to: partial.appending(path: name))
            }
            try configuration().write(to: partial.appending(path: "config.json"))
            try files.moveItem(at: partial, to: output)
            let after = try files.attributesOfItem(atPath: output.appending(path: "model.safetensors").path)[.size]
            return (before, (after as? Int) ?? 0)
        } catch let error as VLMError {
            throw error
        } catch {
            try? files.removeItem(at: partial)
            throw VLMError.unwritableCheckpoint(path: path, reason: error.localizedDescription)
        }
    }

    /// `config.json` with what says that the weights are packed.
    private func configuration() throws -> Data {
        let data = try Data(contentsOf: folder.appending(path: "config.json"))
        var members = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        members["quantization_config"] = ["quant_method": "recto", "weights": weights.rawValue, "layout": 1]
        return try JSONSerialization.data(withJSONObject: members, options: [.prettyPrinted, .sortedKeys])
    }
}

/// The packed weights of a network by name, collected while it is loaded.
package final class PackedCollector: Sendable {
    private let collected = Mutex<[(name: String, matrix: PackedMatrix)]>([])

    var matrices: [(name: String, matrix: PackedMatrix)] { collected.withLock(\.self) }

    func add(_ matrix: PackedMatrix, as name: String) { collected.withLock { $0.append((name, matrix)) } }
}

extension WeightStore {
    /// Writes packed weights, and as they are all tensors that were not packed.
    ///
    /// - Parameters:
    ///   - collector: The packed weights.
    ///   - file: The file to write.
    /// - Returns: Bytes that all tensors took before.
    /// - Throws: Errors of Foundation.
    func write(_ collector: PackedCollector, to file: URL) throws -> Int {
        var tensors = collector.matrices.map { name, matrix in
            let bytes = unsafe matrix.buffer
            return unsafe SafetensorsWriter.Streamed(name: name, elementType: "U8", shape: [bytes.count], bytes: bytes)
        }
        let packed = Set(collector.matrices.map(\.name))
        let merged = Set(packed.compactMap { WeightAliases.additions[$0] })
        var before = 0
        for name in names {
            guard let tensor = place(of: name) else { continue }
            before += tensor.bytes.count
            if packed.contains(name) || merged.contains(name) { continue }
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: tensor.mapping.bytes[tensor.bytes])
            tensors.append(
                unsafe .init(name: name, elementType: tensor.elementType, shape: tensor.shape, bytes: bytes)
            )
        }
        try SafetensorsWriter.write(tensors, to: file)
        return before
    }
}
