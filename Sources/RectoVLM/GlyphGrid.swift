/// The characters that a checkpoint's glyph head names under each patch of one view: where on an image its characters
/// stand, to within a patch, and what they are, without the decoder.
public struct GlyphGrid: Sendable, Hashable {
    /// A character that a patch names.
    public struct Glyph: Sendable, Hashable {
        /// Its place among the characters that the patch can name, counted from 0 in reading order.
        public var slot: Int
        /// The character: the text of its token.
        public var character: String
        /// Natural logarithm of its probability among all characters and none.
        public var logProbability: Float

        /// Creates a character.
        ///
        /// - Parameters:
        ///   - slot: Its place among the characters that the patch can name.
        ///   - character: The character.
        ///   - logProbability: Natural logarithm of its probability.
        public init(slot: Int, character: String, logProbability: Float) {
            self.slot = slot
            self.character = character
            self.logProbability = logProbability
        }
    }

    /// Patches from top to bottom.
    public var rows: Int
    /// Patches from left to right.
    public var columns: Int
    /// Side of a patch in pixels of the view.
    public var patchSize: Int
    /// Width of the view in pixels; what is left over beside the last column is not seen.
    public var viewWidth: Int
    /// Height of the view in pixels.
    public var viewHeight: Int
    /// What each patch names, row by row; empty where nothing is centred.
    public var patches: [[Glyph]]

    /// Creates a grid.
    ///
    /// - Parameters:
    ///   - rows: Patches from top to bottom.
    ///   - columns: Patches from left to right.
    ///   - patchSize: Side of a patch in pixels of the view.
    ///   - viewWidth: Width of the view in pixels.
    ///   - viewHeight: Height of the view in pixels.
    ///   - patches: What each patch names, row by row; `rows * columns` entries.
    public init(rows: Int, columns: Int, patchSize: Int, viewWidth: Int, viewHeight: Int, patches: [[Glyph]]) {
        precondition(patches.count == rows * columns, "one entry for each patch")
        self.rows = rows
        self.columns = columns
        self.patchSize = patchSize
        self.viewWidth = viewWidth
        self.viewHeight = viewHeight
        self.patches = patches
    }
}
