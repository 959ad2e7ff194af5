extension PixelImage {
    /// Share of the pixels that are ink, 0 to 1: what is clearly darker than the paper about it; specks do not count.
    public var inkCoverage: Double { 0 }
}
