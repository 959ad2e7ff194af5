package import Foundation
package import RectoPages

/// The image processor of Idefics3 and SmolVLM: an image is enlarged or shrunk to one longest edge, cut into square tiles, and
/// followed by the whole of it in the size of a tile, as `preprocessor_config.json` says.
///
/// Every step rounds to bytes, as Pillow does; so the steps are not joined, though they resize one after the other.
package struct Idefics3ImageProcessor: Sendable {
    /// The tiles of an image, without the whole that follows them.
    package struct TileGrid: Sendable, Hashable {
        /// Rows of tiles; 0 for an image that is given whole alone.
        package let rows: Int
        /// Tiles in a row.
        package let columns: Int

        /// An image that is given whole alone.
        static let whole = TileGrid(rows: 0, columns: 0)
    }

    /// Whether the checkpoint wants its images split.
    package let splitsImages: Bool
    /// Side of a tile in pixels.
    package let tileSize: Int
    /// The length of the longer side before an image is cut; nil when it is not resized for that.
    private let longestEdge: Int?
    private let filter: ResamplingFilter
    private let normalization: PixelNormalization
    private let settings: CheckpointNode

    /// No side is made longer than this, whatever the longest edge.
    private static let greatestEdge = 4096
    /// More tiles in a row are a mistake in the settings.
    private static let mostTilesPerRow = 128

    /// Reads the settings of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when they are missing, damaged, or ask for something that Recto does not do.
    package init(folder: URL) throws(ModelInputError) {
        try self.init(ImageProcessorFile(folder: folder, families: ["Idefics3", "SmolVLM"]))
    }

    /// Takes settings that were found elsewhere.
    ///
    /// - Parameter settings: What `preprocessor_config.json` would say.
    /// - Throws: `ModelInputError` when they are damaged, or ask for something that Recto does not do.
    init(settings: CheckpointNode) throws(ModelInputError) { try self.init(ImageProcessorFile(settings: settings)) }

    private init(_ file: ImageProcessorFile) throws(ModelInputError) {
        settings = file.settings
        splitsImages = try file.settings.flag("do_image_splitting", default: true)
        filter = try file.filter(default: .lanczos)
        let resizes = try file.settings.flag("do_resize", default: true)
        longestEdge = try resizes ? file.pixels("size", "longest_edge", default: 4 * 364) : nil
        tileSize = try file.pixels("max_image_size", "longest_edge", default: 364)
        normalization = try PixelNormalization(file.settings)
        if let longestEdge, min(longestEdge, Self.greatestEdge) > Self.mostTilesPerRow * tileSize {
            throw settings.malformed("size.longest_edge \(longestEdge) makes too many tiles of \(tileSize) pixels")
        }
    }

    /// Counts the image tokens of one view.
    ///
    /// - Parameters:
    ///   - patchSize: Side of a patch in pixels.
    ///   - scaleFactor: Patches along a side of the block that becomes one token.
    /// - Returns: The blocks of a tile.
    /// - Throws: `ModelInputError` when a tile has no whole blocks.
    package func imageTokensPerView(patchSize: Int, scaleFactor: Int) throws(ModelInputError) -> Int {
        let patches = tileSize / patchSize
        guard patches > 0, patches % scaleFactor == 0 else {
            throw settings.malformed(
                "max_image_size.longest_edge \(tileSize) makes \(patches) patches a side of \(patchSize) pixels, "
                    + "which scale_factor \(scaleFactor) in config.json does not divide"
            )
        }
        return (patches / scaleFactor) * (patches / scaleFactor)
    }

    /// How an image is cut.
    ///
    /// - Parameters:
    ///   - width: The image's width in pixels.
    ///   - height: Its height.
    ///   - splits: Whether to split; nil leaves it to the checkpoint.
    /// - Returns: Its tiles; none when it is not split, or fits into one tile.
    package func grid(width: Int, height: Int, splits: Bool?) -> TileGrid {
        guard splits ?? splitsImages else { return .whole }
        let size = tiledSize(of: edgeSize(of: (width, height)))
        if size.width <= tileSize, size.height <= tileSize { return .whole }
        return TileGrid(rows: size.height / tileSize, columns: size.width / tileSize)
    }

    /// Makes the views of an image: the tiles row by row, then the whole.
    ///
    /// - Parameters:
    ///   - image: The image in its original size.
    ///   - splits: Whether to split; nil leaves it to the checkpoint.
    /// - Returns: The views, each as large as a tile.
    package func views(of image: PixelImage, splits: Bool?) -> [PixelValues] {
        let first = edgeSize(of: (image.width, image.height))
        var whole = image.resized(width: first.width, height: first.height, filter: filter)
        var tiles: [PixelValues] = []
        if splits ?? splitsImages {
            let second = tiledSize(of: first)
            whole = whole.resized(width: second.width, height: second.height, filter: filter)
            let grid = grid(width: image.width, height: image.height, splits: true)
            for row in 0..<grid.rows {
                for column in 0..<grid.columns {
                    let x = column * tileSize..<(column + 1) * tileSize
                    let y = row * tileSize..<(row + 1) * tileSize
                    tiles.append(normalization(whole.cropped(x: x, y: y)))
                }
            }
        }
        return tiles + [normalization(whole.resized(width: tileSize, height: tileSize, filter: filter))]
    }

    /// The size in which the longer side is the longest edge, whether the image was larger or smaller, and the shorter one even.
    private func edgeSize(of size: (width: Int, height: Int)) -> (width: Int, height: Int) {
        guard let longestEdge else { return size }
        var (width, height) = size
        let aspectRatio = Double(width) / Double(height)
        if width >= height {
            width = longestEdge
            height = Int(Double(width) / aspectRatio)
            height += height % 2
        } else {
            height = longestEdge
            width = Int(Double(height) * aspectRatio)
            width += width % 2
        }
        return Self.limited((max(width, 1), max(height, 1)))
    }

    private static func limited(_ size: (width: Int, height: Int)) -> (width: Int, height: Int) {
        var (width, height) = size
        let aspectRatio = Double(width) / Double(height)
        if width >= height, width > greatestEdge {
            width = greatestEdge
            height = Int(Double(width) / aspectRatio)
        } else if height > width, height > greatestEdge {
            height = greatestEdge
            width = Int(Double(height) * aspectRatio)
        }
        return (max(width, 1), max(height, 1))
    }

    /// The size that tiles fill without a rest; the aspect ratio may change for it.
    private func tiledSize(of size: (width: Int, height: Int)) -> (width: Int, height: Int) {
        let aspectRatio = Double(size.width) / Double(size.height)
        if size.width >= size.height {
            let width = tiled(size.width)
            return (width, tiled(Int(Double(width) / aspectRatio)))
        }
        let height = tiled(size.height)
        return (tiled(Int(Double(height) * aspectRatio)), height)
    }

    /// The next multiple of a tile's side.
    private func tiled(_ length: Int) -> Int { (length + tileSize - 1) / tileSize * tileSize }
}
