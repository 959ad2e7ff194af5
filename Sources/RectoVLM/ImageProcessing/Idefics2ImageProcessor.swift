package import Foundation
package import RectoPages

/// The Idefics2 image processor: splitting, resizing, rescaling and normalising as `preprocessor_config.json` says.
///
/// The reference pads the views of a batch to one size and masks the padding away again; here every view keeps its own
/// size, which is the same numbers without the padding, so `do_pad` changes nothing.
package struct Idefics2ImageProcessor: Sendable {
    /// Whether the checkpoint wants its images split.
    package let splitsImages: Bool
    /// Least length of the shorter side in pixels; nil when views are not resized.
    private let sizeLimits: (shortest: Int, longest: Int)?
    private let filter: ResamplingFilter
    /// For each channel the value of each of the 256 levels.
    private let levels: [[Float]]

    /// Reads `preprocessor_config.json` of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when the file is missing, damaged, or asks for something that Recto does not do.
    package init(folder: URL) throws(ModelInputError) {
        let file = try CheckpointNode(reading: "preprocessor_config.json", in: folder)
        splitsImages = try file.flag("do_image_splitting", default: false)
        filter = try Self.filter(file["resample"])
        sizeLimits = try file.flag("do_resize", default: true) ? Self.sizeLimits(file) : nil

        let factor = try file.flag("do_rescale", default: true) ? file["rescale_factor"]?.number() ?? 1 / 255 : nil
        let normalizes = try file.flag("do_normalize", default: true)
        let means = try normalizes ? Self.channels(file["image_mean"], default: 0.5) : nil
        let deviations = try normalizes ? Self.channels(file["image_std"], default: 0.5) : nil
        if deviations?.contains(0) ?? false { throw file.malformed("image_std holds a zero") }
        levels = (0..<3).map { channel in
            (0..<256).map { level in
                let value = factor.map { Float(Double(level) * $0) } ?? Float(level)
                guard let means, let deviations else { return value }
                return (value - means[channel]) / deviations[channel]
            }
        }
    }

    private static func filter(_ node: CheckpointNode?) throws(ModelInputError) -> ResamplingFilter {
        guard let node else { return .bilinear }
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

    private static func sizeLimits(_ file: CheckpointNode) throws(ModelInputError) -> (shortest: Int, longest: Int) {
        guard let size = file["size"] else { return (378, 980) }
        let limits = (
            shortest: try size.required("shortest_edge").integer(), longest: try size.required("longest_edge").integer()
        )
        guard (1...16_384).contains(limits.shortest), (1...16_384).contains(limits.longest) else {
            throw size.malformed("is not between 1 and 16384 pixels")
        }
        return limits
    }

    private static func channels(_ node: CheckpointNode?, default value: Float) throws(ModelInputError) -> [Float] {
        guard let node else { return [value, value, value] }
        if case .number(let number) = node.value { return Array(repeating: Float(number), count: 3) }
        var values: [Float] = []
        for element in try node.elements() { values.append(Float(try element.number())) }
        guard values.count == 3 else { throw node.malformed("does not hold one value for each channel") }
        return values
    }

    /// How many views an image becomes.
    ///
    /// - Parameter splits: Whether to split; nil leaves it to the checkpoint.
    /// - Returns: 5 or 1.
    package func viewCount(splits: Bool?) -> Int { splits ?? splitsImages ? 5 : 1 }

    /// Makes the views of an image: the four crops (top left, top right, bottom left, bottom right), then the whole.
    ///
    /// - Parameters:
    ///   - image: The image in its original size.
    ///   - splits: Whether to split; nil leaves it to the checkpoint.
    /// - Returns: The views, each at its own size.
    package func views(of image: PixelImage, splits: Bool?) -> [PixelValues] {
        let crops = splits ?? splitsImages ? quarters(of: image) : []
        return (crops + [image]).map { pixelValues(of: resized($0)) }
    }

    /// Cuts at half the width and half the height; the right and lower crops take the odd pixel.
    private func quarters(of image: PixelImage) -> [PixelImage] {
        let left = 0..<max(image.width / 2, 1)
        let right = min(image.width / 2, image.width - 1)..<image.width
        let top = 0..<max(image.height / 2, 1)
        let bottom = min(image.height / 2, image.height - 1)..<image.height
        return [(top, left), (top, right), (bottom, left), (bottom, right)].map { rows, columns in
            var pixels: [UInt8] = []
            pixels.reserveCapacity(rows.count * columns.count * 3)
            for row in rows {
                let start = row * image.width
                pixels += image.pixels[((start + columns.lowerBound) * 3)..<((start + columns.upperBound) * 3)]
            }
            return PixelImage(width: columns.count, height: rows.count, pixels: pixels)
        }
    }

    /// Shrinks the longer side to its limit keeping the aspect ratio, then widens each side to the least length.
    private func resized(_ image: PixelImage) -> PixelImage {
        guard let sizeLimits else { return image }
        var (width, height) = (image.width, image.height)
        let aspectRatio = Double(width) / Double(height)
        if width >= height, width > sizeLimits.longest {
            width = sizeLimits.longest
            height = Int(Double(width) / aspectRatio)
        } else if height > width, height > sizeLimits.longest {
            height = sizeLimits.longest
            width = Int(Double(height) * aspectRatio)
        }
        return image.resized(
            width: max(width, sizeLimits.shortest),
            height: max(height, sizeLimits.shortest),
            filter: filter
        )
    }

    private func pixelValues(of image: PixelImage) -> PixelValues {
        let count = image.width * image.height
        var values = [Float](repeating: 0, count: 3 * count)
        for channel in 0..<3 {
            let levels = levels[channel]
            for index in 0..<count { values[channel * count + index] = levels[Int(image.pixels[3 * index + channel])] }
        }
        return PixelValues(height: image.height, width: image.width, values: values)
    }
}
