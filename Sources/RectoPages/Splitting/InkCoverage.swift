extension PixelImage {
    /// Share of the pixels that are ink, 0 to 1: what is clearly darker than the paper about it; specks do not count.
    ///
    /// A blank page has (almost) none, so callers can leave it out. On a page that is dark as a whole the light part is ink.
    public var inkCoverage: Double {
        InkMap(luminance(isNegative: isDark)).components().components.coverage(width: width, height: height)
    }
}

extension [InkComponent] {
    /// Share of a page's pixels that these pieces cover; pieces of a few pixels are dust.
    func coverage(width: Int, height: Int) -> Double {
        let dust = 2 + Swift.max(width, height) / 1000
        let ink = reduce(0) { $0 + ($1.area > dust ? $1.area : 0) }
        return Double(ink) / Double(width * height)
    }
}
