public import Foundation

/// A PEFT adapter that is merged into a checkpoint when it is loaded.
public struct ModelAdapter: Sendable, Hashable {
    /// The folder with `adapter_config.json` and `adapter_model.safetensors`.
    public var folder: URL
    /// How much of the adapter's change is made: 0 leaves the checkpoint as it is, 1 makes it all.
    public var weight: Float

    /// Creates an adapter's place.
    ///
    /// - Parameters:
    ///   - folder: The folder with `adapter_config.json` and `adapter_model.safetensors`.
    ///   - weight: How much of its change is made.
    public init(folder: URL, weight: Float = 1) {
        self.folder = folder
        self.weight = weight
    }

    /// Reads `FOLDER` or `FOLDER=WEIGHT`.
    ///
    /// - Parameter text: The text; nil comes back for an empty folder or a weight that is not a finite number.
    public init?(_ text: String) {
        guard let sign = text.lastIndex(of: "="), !text[text.index(after: sign)...].contains("/") else {
            guard !text.isEmpty else { return nil }
            self.init(folder: URL(filePath: text))
            return
        }
        guard sign != text.startIndex, let weight = Float(text[text.index(after: sign)...]), weight.isFinite else {
            return nil
        }
        self.init(folder: URL(filePath: String(text[..<sign])), weight: weight)
    }
}
