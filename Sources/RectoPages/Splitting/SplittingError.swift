/// Why a page could not be cut into tiles.
public enum SplittingError: RectoError, Hashable {
    /// The page has more pieces of text than the configuration allows.
    case tooManyTiles(page: PageNumber, found: Int, limit: Int)
    /// The strategy `lines` was asked for without a checkpoint that says how its tiles must look.
    case linesNotDeclared
    /// A number that the checkpoint declares admits no tile.
    case unusableDeclaration(name: String, expected: String, found: String)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .tooManyTiles: "page.too-many-tiles"
        case .linesNotDeclared: "split.lines-not-declared"
        case .unusableDeclaration: "model.unusable-splitting"
        }
    }

    /// Whose fault it is.
    public var category: FailureCategory {
        switch self {
        case .tooManyTiles: .document
        case .linesNotDeclared, .unusableDeclaration: .defect
        }
    }

    /// What was found and what was expected.
    public var facts: [String: String] {
        switch self {
        case .tooManyTiles(let page, let found, let limit):
            ["page": "\(page)", "found": "\(found)", "limit": "\(limit)"]
        case .linesNotDeclared: ["strategy": SplitStrategy.lines.rawValue]
        case .unusableDeclaration(let name, let expected, let found):
            ["name": name, "expected": expected, "found": found]
        }
    }

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .tooManyTiles(let page, let found, let limit):
            "Page \(page) has \(found) pieces of text, more than the limit of \(limit); raise `maximum-tiles` or check "
                + "that the page holds text."
        case .linesNotDeclared:
            "The strategy `lines` needs a checkpoint whose recto.json declares its tiles; choose `idefics2` or `none`, "
                + "or another model."
        case .unusableDeclaration(let name, let expected, let found):
            "The checkpoint's recto.json declares \(name) \(found) where \(expected) is expected; correct it."
        }
    }
}
