import RectoPages

/// What the network makes of an image: seen once, asked about often.
struct ImageFeatures: Sendable {
    /// The image tokens of each view.
    let views: [Tensor]
    /// The characters under the patches of each view; nil when nobody asked for them.
    let glyphs: [GlyphGrid]?

    fileprivate var bytes: Int {
        let glyphs = (glyphs ?? []).reduce(0) { sum, grid in
            sum + grid.patches.reduce(0) { $0 + MemoryLayout<[GlyphGrid.Glyph]>.size + Self.bytes(of: $1) }
        }
        return views.reduce(glyphs) { $0 + $1.count * 4 }
    }

    private static func bytes(of patch: [GlyphGrid.Glyph]) -> Int {
        patch.count * MemoryLayout<GlyphGrid.Glyph>.stride
    }
}

/// Features of images that were asked about, so that many questions about one tile cost one pass through the tower.
struct ImageFeatureCache {
    private var entries: [ImageInput: (features: ImageFeatures, lastUse: Int)] = [:]
    private var bytes = 0
    private var clock = 0

    /// Images and features that are kept from one call to the next, in bytes.
    private static let byteLimit = 16 << 20

    /// Gives the features of images, computing those that are not known.
    ///
    /// An image that was seen without naming its characters is seen anew when they are wanted.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - named: Those of them whose characters are wanted, too.
    ///   - compute: Computes the features of some images, in their order; the flag says whether characters are wanted.
    /// - Returns: The features of each image.
    /// - Throws: What `compute` throws.
    mutating func features(
        of images: Set<ImageInput>,
        naming named: Set<ImageInput> = [],
        compute: ([ImageInput], _ namesGlyphs: Bool) throws -> [ImageFeatures]
    ) throws -> [ImageInput: ImageFeatures] {
        clock += 1
        var result: [ImageInput: ImageFeatures] = [:]
        var missing: [[ImageInput]] = [[], []]
        for image in images {
            let isNamed = named.contains(image)
            if let features = entries[image]?.features, features.glyphs != nil || !isNamed {
                entries[image]?.lastUse = clock
                result[image] = features
            } else {
                missing[isNamed ? 1 : 0].append(image)
            }
        }
        for (index, group) in missing.enumerated() where !group.isEmpty {
            // Views of one size side by side; the order of a set is not the same from run to run.
            let group = group.sorted { ($0.image.height, $0.image.width) < ($1.image.height, $1.image.width) }
            for (image, features) in zip(group, try compute(group, index == 1)) {
                result[image] = features
                if let old = entries[image] { bytes -= Self.size(image, old.features) }
                entries[image] = (features, clock)
                bytes += Self.size(image, features)
            }
        }
        forgetOldest()
        return result
    }

    private mutating func forgetOldest() {
        if bytes <= Self.byteLimit { return }
        for (image, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            // One page of a large model may take more than the limit, and the next questions are about that page.
            if entries.count == 1 { return }
            entries[image] = nil
            bytes -= Self.size(image, entry.features)
            if bytes <= Self.byteLimit { return }
        }
    }

    private static func size(_ image: ImageInput, _ features: ImageFeatures) -> Int {
        image.image.pixels.count + features.bytes
    }
}
