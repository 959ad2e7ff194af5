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
    private let normalization: PixelNormalization

    /// Reads the settings of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when they are missing, damaged, or ask for something that Recto does not do.
    package init(folder: URL) throws(ModelInputError) {
        let file = try ImageProcessorFile(folder: folder, families: ["Idefics2"])
        splitsImages = try file.settings.flag("do_image_splitting", default: false)
        filter = try file.filter(default: .bilinear)
        let resizes = try file.settings.flag("do_resize", default: true)
        if resizes {
            let shortest = try file.pixels("size", "shortest_edge", default: 378)
            sizeLimits = (shortest: shortest, longest: try file.pixels("size", "longest_edge", default: 980))
        } else {
            sizeLimits = nil
        }
        normalization = try PixelNormalization(file.settings)
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
        return (crops + [image]).map { normalization(resized($0)) }
    }

    /// Cuts at half the width and half the height; the right and lower crops take the odd pixel.
    private func quarters(of image: PixelImage) -> [PixelImage] {
        let left = 0..<max(image.width / 2, 1)
        let right = min(image.width / 2, image.width - 1)..<image.width
        let top = 0..<max(image.height / 2, 1)
        let bottom = min(image.height / 2, image.height - 1)..<image.height
        return [(top, left), (top, right), (bottom, left), (bottom, right)].map { rows, columns in
            image.cropped(x: columns, y: rows)
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
}
