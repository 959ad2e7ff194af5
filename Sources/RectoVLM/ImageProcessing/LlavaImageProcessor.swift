package import Foundation
package import RectoPages

/// The image processors that LLaVA, Mantis and the first Idefics come with (CLIP's, SigLIP's, their own): every image becomes one
/// view of one size, as `preprocessor_config.json` says.
///
/// CLIP's makes the shorter side as long as a view and crops the longer one, SigLIP's and Idefics' give up the aspect ratio, and
/// LLaVA's pads the image to a square first where it is told to.
package struct LlavaImageProcessor: Sendable {
    /// What an image is resized to, before it is cropped.
    private enum Sizing: Sendable {
        case unchanged
        case shortestEdge(Int)
        case exact(width: Int, height: Int)
    }

    /// The colour whose values CLIP's normalisation makes nearly zero.
    private static let clipMeans = [0.48145466, 0.4578275, 0.40821073]
    private static let clipDeviations: [Float] = [0.26862954, 0.26130258, 0.27577711]

    private let sizing: Sizing
    /// Where the size stands; that of Idefics under `image_size` goes before that under `size`.
    private let sizeKey: String
    private let crop: (width: Int, height: Int)?
    private let padsToSquare: Bool
    /// What stands beside an image that is padded to a square.
    private let paddingColor: [UInt8]
    private let filter: ResamplingFilter
    private let normalization: PixelNormalization
    private let settings: CheckpointNode

    /// Reads the settings of a checkpoint folder.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - defaultFamily: Whose image processor it is where the settings do not say.
    /// - Throws: `ModelInputError` when they are missing, damaged, or ask for something that Recto does not do.
    package init(folder: URL, defaultFamily: String = "CLIP") throws(ModelInputError) {
        let file = try ImageProcessorFile(folder: folder, families: ["CLIP", "Siglip", "Llava", "Idefics"])
        let family = file.family ?? defaultFamily
        let (isSiglip, isIdefics) = (family == "Siglip", family == "Idefics")
        let crops = !isSiglip && !isIdefics
        settings = file.settings
        filter = try file.filter(default: .bicubic)
        sizeKey = isIdefics && settings["image_size"] != nil ? "image_size" : "size"
        sizing = try Self.sizing(
            settings,
            sizeKey,
            default: crops ? .shortestEdge(224) : .exact(width: 224, height: 224)
        )
        crop = try Self.crop(settings, default: crops ? (224, 224) : nil)
        // Of these processors LLaVA's alone pads to a square; the others would pad a batch to one size.
        let pads = try settings.flag("do_pad", default: false)
        padsToSquare = pads && family == "Llava"
        let means = try Self.means(settings["image_mean"]) ?? (isSiglip ? [0.5, 0.5, 0.5] : Self.clipMeans)
        paddingColor = means.map { UInt8(min(max($0 * 255, 0), 255)) }
        normalization = try PixelNormalization(
            settings,
            defaultMeans: means.map { Float($0) },
            defaultDeviations: isSiglip ? [0.5, 0.5, 0.5] : Self.clipDeviations
        )
    }

    /// Checks that views are of the size that a tower reads.
    ///
    /// - Parameter form: How the tower reads images.
    /// - Throws: `ModelInputError` when they are not, or not all of one size.
    package func checkViews(fit form: LlavaViewForm) throws(ModelInputError) { try checkViews(are: form.imageSize) }

    /// Checks that views are of the size that a tower reads.
    ///
    /// - Parameter side: Their side in pixels, as the tower reads them.
    /// - Throws: `ModelInputError` when they are not, or not all of one size.
    package func checkViews(are side: Int) throws(ModelInputError) {
        let key: String
        let size: (width: Int, height: Int)
        switch (crop, sizing) {
        case (let crop?, _): (key, size) = ("crop_size", crop)
        case (nil, .exact(let width, let height)): (key, size) = (sizeKey, (width, height))
        case (nil, .shortestEdge):
            throw settings.unsupported("views of several sizes (size.shortest_edge without crop)")
        case (nil, .unchanged): throw settings.unsupported("views of several sizes (no do_resize, no do_center_crop)")
        }
        guard size.width == side, size.height == side else {
            throw settings.malformed(
                "\(key) makes views of \(size.width)×\(size.height) pixels where config.json says "
                    + "vision_config.image_size \(side)"
            )
        }
    }

    /// Whether a long image loses its ends.
    package var cropsLongImages: Bool {
        if case .shortestEdge = sizing { crop != nil && !padsToSquare } else { false }
    }

    /// Makes the view of an image.
    ///
    /// - Parameters:
    ///   - image: The image in its original size.
    ///   - keepsEdges: Whether an image that would lose its ends is padded to a square first, as LLaVA was trained.
    /// - Returns: The view.
    package func view(of image: PixelImage, keepsEdges: Bool = false) -> PixelValues {
        let image = padsToSquare || keepsEdges && cropsLongImages ? squared(image) : image
        let size = resizedSize(of: image)
        let crop = crop ?? size
        let (x, left) = Self.kept(crop.width, of: size.width)
        let (y, top) = Self.kept(crop.height, of: size.height)
        let part = image.resized(width: size.width, height: size.height, filter: filter, keepingX: x, keepingY: y)
        if part.width == crop.width, part.height == crop.height { return normalization(part) }
        return normalization(
            part.padded(width: crop.width, height: crop.height, left: left, top: top, color: [0, 0, 0])
        )
    }

    /// Longest side of a padded image, in pixels: 108 MB.
    ///
    /// A page ten pixels high and 20,000 wide would make 1.2 GB.
    private static let longestSide = 6000

    private func squared(_ image: PixelImage) -> PixelImage {
        if image.width == image.height { return image }
        let longest = max(image.width, image.height)
        guard longest <= Self.longestSide else {
            let (width, height) = (
                max(1, image.width * Self.longestSide / longest), max(1, image.height * Self.longestSide / longest)
            )
            return squared(image.resized(width: width, height: height, filter: filter))
        }
        let side = longest
        return image.padded(
            width: side,
            height: side,
            left: (side - image.width) / 2,
            top: (side - image.height) / 2,
            color: paddingColor
        )
    }

    private func resizedSize(of image: PixelImage) -> (width: Int, height: Int) {
        switch sizing {
        case .unchanged: return (image.width, image.height)
        case .exact(let width, let height): return (width, height)
        case .shortestEdge(let short):
            let (least, greatest) = (min(image.width, image.height), max(image.width, image.height))
            let long = Int(Double(short * greatest) / Double(least))
            return image.width <= image.height ? (short, long) : (long, short)
        }
    }

    /// The middle of a side: what is kept of it, and how much stands before it where it is shorter than wanted.
    private static func kept(_ wanted: Int, of length: Int) -> (range: Range<Int>, before: Int) {
        if wanted > length { return (0..<length, (wanted - length + 1) / 2) }
        let start = (length - wanted) / 2
        return (start..<start + wanted, 0)
    }
}

extension LlavaImageProcessor {
    private static func sizing(
        _ settings: CheckpointNode,
        _ key: String,
        default fallback: Sizing
    ) throws(ModelInputError) -> Sizing {
        guard try settings.flag("do_resize", default: true) else { return .unchanged }
        guard let size = settings[key] else { return fallback }
        if key == "image_size" {
            let side = try size.pixels()
            return .exact(width: side, height: side)
        }
        if case .number = size.value { return .shortestEdge(try size.pixels()) }
        if let longest = size["longest_edge"] { throw longest.unsupported("a longest edge") }
        if let shortest = size["shortest_edge"] { return .shortestEdge(try shortest.pixels()) }
        let height = try size.required("height").pixels()
        return .exact(width: try size.required("width").pixels(), height: height)
    }

    private static func crop(
        _ settings: CheckpointNode,
        default fallback: (width: Int, height: Int)?
    ) throws(ModelInputError) -> (width: Int, height: Int)? {
        guard try settings.flag("do_center_crop", default: fallback != nil) else { return nil }
        guard let size = settings["crop_size"] else {
            if fallback == nil { throw settings.malformed("do_center_crop is true without a crop_size") }
            return fallback
        }
        if case .number = size.value {
            let side = try size.pixels()
            return (side, side)
        }
        let height = try size.required("height").pixels()
        return (try size.required("width").pixels(), height)
    }

    private static func means(_ node: CheckpointNode?) throws(ModelInputError) -> [Double]? {
        guard let node else { return nil }
        if case .number(let number) = node.value { return [number, number, number] }
        var values: [Double] = []
        for element in try node.elements() { values.append(try element.number()) }
        guard values.count == 3 else { throw node.malformed("must be three numbers, of red, green and blue") }
        return values
    }
}
