import RectoPages

/// Features of images that were asked about, so that many questions about one tile cost one pass through the tower.
struct ImageFeatureCache {
    private var entries: [ImageInput: (features: [Tensor], lastUse: Int)] = [:]
    private var bytes = 0
    private var clock = 0

    /// Images and features that are kept from one call to the next, in bytes.
    private static let byteLimit = 16 << 20

    /// Gives the features of images, computing those that are not known.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - compute: Computes the features of some images, in their order.
    /// - Returns: The features of each image's views.
    /// - Throws: What `compute` throws.
    mutating func features(
        of images: Set<ImageInput>,
        compute: ([ImageInput]) throws -> [[Tensor]]
    ) throws -> [ImageInput: [Tensor]] {
        clock += 1
        var result: [ImageInput: [Tensor]] = [:]
        var missing: [ImageInput] = []
        for image in images {
            if let features = entries[image]?.features {
                entries[image]?.lastUse = clock
                result[image] = features
            } else {
                missing.append(image)
            }
        }
        // Views of one size side by side; the order of a set is not the same from run to run.
        missing.sort { ($0.image.height, $0.image.width) < ($1.image.height, $1.image.width) }
        for (image, features) in zip(missing, try missing.isEmpty ? [] : compute(missing)) {
            result[image] = features
            entries[image] = (features, clock)
            bytes += Self.size(image, features)
        }
        forgetOldest()
        return result
    }

    private mutating func forgetOldest() {
        if bytes <= Self.byteLimit { return }
        for (image, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[image] = nil
            bytes -= Self.size(image, entry.features)
            if bytes <= Self.byteLimit { return }
        }
    }

    private static func size(_ image: ImageInput, _ features: [Tensor]) -> Int {
        image.image.pixels.count + features.reduce(0) { $0 + $1.count * 4 }
    }
}
