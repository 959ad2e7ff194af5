import Foundation
import RectoPages

/// The settings of an image processor in a checkpoint folder, read with the defaults of transformers.
struct ImageProcessorFile {
    /// The settings themselves.
    let settings: CheckpointNode
    /// Which of the families that were looked for the settings name; nil where they name none.
    let family: String?

    /// Finds the settings where transformers looks for them: under `image_processor` in `processor_config.json`, as
    /// release 5 writes them, else in `preprocessor_config.json`.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - families: What the names of fitting image processors begin with.
    /// - Throws: `ModelInputError` when there are none, a file is damaged, or the settings belong to another processor.
    init(folder: URL, families: [String]) throws(ModelInputError) {
        let name = "processor_config.json"
        let path = folder.appending(path: name).path(percentEncoded: false)
        if FileManager.default.fileExists(atPath: path),
            let node = try CheckpointNode(reading: name, in: folder)["image_processor"]
        {
            settings = node
        } else {
            settings = try CheckpointNode(reading: "preprocessor_config.json", in: folder)
        }
        guard let node = settings["image_processor_type"] else {
            family = nil
            return
        }
        let type = try node.string()
        // Variants with `Fast` and `Pil` behind the name are the same processor.
        family = families.first { type.hasPrefix("\($0)ImageProcessor") }
        if family == nil { throw node.unsupported("the image processor \(type)") }
    }

    /// Wraps settings that were found elsewhere and are known to fit.
    ///
    /// - Parameter settings: What the file would say.
    init(settings: CheckpointNode) {
        self.settings = settings
        family = nil
    }

    /// The filter for resizing.
    ///
    /// - Parameter fallback: The filter where none is named.
    /// - Returns: The filter.
    /// - Throws: `ModelInputError` for a filter that Recto does not do.
    func filter(default fallback: ResamplingFilter) throws(ModelInputError) -> ResamplingFilter {
        guard let node = settings["resample"] else { return fallback }
        switch try node.integer() {
        case 1: return .lanczos
        case 2: return .bilinear
        case 3: return .bicubic
        case 4: return .box
        case 5: return .hamming
        case 0: throw node.unsupported("resampling by nearest neighbour")
        case let code: throw node.unsupported("the unknown resampling filter \(code)")
        }
    }

    /// A number of pixels.
    ///
    /// - Parameters:
    ///   - group: The object that holds it.
    ///   - name: Its key there.
    ///   - fallback: The number where the object is absent.
    /// - Returns: The number.
    /// - Throws: `ModelInputError` when it is missing, or no size of an image.
    func pixels(_ group: String, _ name: String, default fallback: Int) throws(ModelInputError) -> Int {
        guard let size = settings[group] else { return fallback }
        return try size.required(name).pixels()
    }
}

extension CheckpointNode {
    /// A number of pixels.
    ///
    /// - Returns: The number.
    /// - Throws: `ModelInputError` when it is no size of an image.
    func pixels() throws(ModelInputError) -> Int {
        let pixels = try integer()
        guard (1...16_384).contains(pixels) else { throw malformed("is not between 1 and 16384 pixels") }
        return pixels
    }
}

/// Rescaling and normalising: each of the 256 levels of a channel becomes a number.
struct PixelNormalization: Sendable {
    /// For each channel the value of each level.
    private let levels: [[Float]]

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - settings: The settings of an image processor.
    ///   - defaultMeans: What is subtracted from each channel where the settings do not say.
    ///   - defaultDeviations: What each channel is divided by where they do not say.
    /// - Throws: `ModelInputError` when they are damaged.
    init(
        _ settings: CheckpointNode,
        defaultMeans: [Float] = [0.5, 0.5, 0.5],
        defaultDeviations: [Float] = [0.5, 0.5, 0.5]
    ) throws(ModelInputError) {
        let rescales = try settings.flag("do_rescale", default: true)
        let factor = try rescales ? settings["rescale_factor"]?.number() ?? 1 / 255 : nil
        let normalizes = try settings.flag("do_normalize", default: true)
        let means = try normalizes ? Self.channels(settings["image_mean"], default: defaultMeans) : nil
        let deviations = try normalizes ? Self.channels(settings["image_std"], default: defaultDeviations) : nil
        if deviations?.contains(0) ?? false { throw settings.malformed("image_std holds a zero") }
        levels = (0..<3).map { channel in
            (0..<256).map { level in
                let value = factor.map { Float(Double(level) * $0) } ?? Float(level)
                guard let means, let deviations else { return value }
                return (value - means[channel]) / deviations[channel]
            }
        }
    }

    private static func channels(_ node: CheckpointNode?, default values: [Float]) throws(ModelInputError) -> [Float] {
        guard let node else { return values }
        if case .number(let number) = node.value { return Array(repeating: Float(number), count: 3) }
        var values: [Float] = []
        for element in try node.elements() { values.append(Float(try element.number())) }
        guard values.count == 3 else { throw node.malformed("does not hold one value for each channel") }
        return values
    }

    /// Makes a view of an image in its final size.
    ///
    /// - Parameter image: The image.
    /// - Returns: Its values, channel by channel.
    func callAsFunction(_ image: PixelImage) -> PixelValues {
        let count = image.width * image.height
        var values = [Float](repeating: 0, count: 3 * count)
        for channel in 0..<3 {
            let levels = levels[channel]
            for index in 0..<count { values[channel * count + index] = levels[Int(image.pixels[3 * index + channel])] }
        }
        return PixelValues(height: image.height, width: image.width, values: values)
    }
}
