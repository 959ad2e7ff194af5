/// A picture of a page with what Recto saw on it.
public enum PageOverlay {
    /// A value that was found on the page.
    public struct Mark: Sendable, Hashable {
        /// Where it stands, in points of the page as seen.
        public var box: Box
        /// What it is: the field's name.
        public var name: String

        /// Creates a mark.
        ///
        /// - Parameters:
        ///   - box: Where it stands, in points of the page as seen.
        ///   - name: What it is.
        public init(box: Box, name: String) {
            self.box = box
            self.name = name
        }
    }
}
