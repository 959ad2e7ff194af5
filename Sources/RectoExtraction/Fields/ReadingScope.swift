/// How much of a document is put to the model at once.
///
/// Checkpoints that declare `lines` have windows of their own on each page and take `page` only.
public enum ReadingScope: String, Sendable, Codable, CaseIterable {
    /// All pages in one prompt: for what no page says by itself.
    case document
    /// All tiles of a page in one prompt.
    case page
    /// Every tile in a prompt of its own: for checkpoints that take one image.
    case tile
}
