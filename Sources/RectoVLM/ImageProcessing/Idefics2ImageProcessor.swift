package import Foundation
package import RectoPages

/// One view of an image as the vision encoder reads it: shape `(3, height, width)`, without padding.
package struct PixelValues: Sendable, Hashable {
    /// Height in pixels.
    package let height: Int
    /// Width in pixels.
    package let width: Int
    /// `3 * height * width` values, channel by channel, row by row.
    package let values: [Float]
}

/// The Idefics2 image processor: splitting, resizing, rescaling and normalising as `preprocessor_config.json` says.
package struct Idefics2ImageProcessor: Sendable {
    /// Reads `preprocessor_config.json` of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when the file is missing, damaged, or asks for something that Recto does not do.
    package init(folder: URL) throws(ModelInputError) {
        throw .unreadableFile(path: folder.appending(path: "preprocessor_config.json").path, reason: "not read yet")
    }

    /// Whether the checkpoint wants its images split.
    package let splitsImages: Bool = false

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
    package func views(of image: PixelImage, splits: Bool?) -> [PixelValues] { [] }
}
