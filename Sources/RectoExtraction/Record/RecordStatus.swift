/// What became of a document.
public enum RecordStatus: String, Sendable, Codable, CaseIterable {
    /// Every page was read and nothing went wrong; `fields` satisfies the pipeline's schema.
    case complete
    /// Something was read and something went wrong; `errors` says what. `fields` holds only what was read.
    case partial
    /// Nothing usable was read.
    case failed
}

/// What became of a page.
public enum PageStatus: String, Sendable, Codable, CaseIterable {
    /// It was read; a blank page is complete without a tile.
    case complete
    /// It could not be read; its error says why.
    case failed
    /// It was left out on purpose, by the pipeline or after an earlier failure.
    case skipped
}
