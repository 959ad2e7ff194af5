public import Foundation

/// What a network computed on the way to its logits, for comparison with other implementations.
public struct ModelTrace: Sendable {
    /// A float32 tensor, row-major.
    public struct Values: Sendable, Hashable {
        /// Size of each dimension, outermost first.
        public let shape: [Int]
        /// The elements, row by row.
        public let elements: [Float]

        package init(shape: [Int], elements: [Float]) {
            precondition(shape.reduce(1, *) == elements.count, "one element for each place of the shape")
            self.shape = shape
            self.elements = elements
        }
    }

    /// Each view's input, shape `(3, height, width)`, without padding.
    public var pixelValues: [Values] = []
    /// Each view's states of the tower, shape `(patches, hidden)`: those after the last layer norm, or what LLaVA and
    /// Idefics take from before it, with the class token before the patches where there is one.
    public var visionOutput: [Values] = []
    /// Each view's image features, shape `(latents, hidden)`.
    public var imageFeatures: [Values] = []
    /// Each view's scores of the glyph head, shape `(patches, slots * classes)`; empty without such a head, and not written.
    package var glyphScores: [Values] = []
    /// What the CTC head says of each view; empty without such a head, and not written.
    package var ctcScores: [CTCScores] = []
    /// The logits of every position of the prompt, shape `(positions, vocabulary)`.
    public var logits: Values
    /// The ids of the expanded prompt.
    public var inputIDs: [Int]

    /// Writes the trace as safetensors: `pixel_values.N`, `vision_output.N`, `image_features.N`, `logits` (float32) and
    /// `input_ids` (int64).
    ///
    /// - Parameter file: The file to write; an older one is replaced.
    /// - Throws: `VLMError.unwritableTrace`.
    public func write(to file: URL) throws {
        var tensors: [SafetensorsWriter.Tensor] = []
        let groups = [
            ("pixel_values", pixelValues), ("vision_output", visionOutput), ("image_features", imageFeatures),
        ]
        for (name, views) in groups {
            for (index, values) in views.enumerated() {
                tensors.append(.init(name: "\(name).\(index)", shape: values.shape, floats: values.elements))
            }
        }
        tensors.append(.init(name: "logits", shape: logits.shape, floats: logits.elements))
        tensors.append(.init(name: "input_ids", shape: [inputIDs.count], integers: inputIDs))
        do {
            try SafetensorsWriter.data(of: tensors).write(to: file, options: .atomic)
        } catch {
            throw VLMError.unwritableTrace(path: file.path(percentEncoded: false), reason: error.localizedDescription)
        }
    }
}
