public import RectoPages

/// A part of a page that a model wrote in DocTags: a heading, a paragraph, a list, a table.
public struct DocTagsElement: Sendable, Hashable {
    /// What the part is; the names are DocTags' own, but for `table` (`otsl`) and `section_header`, which has its level beside it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case title
        case sectionHeader = "section_header"
        case text
        case paragraph
        case caption
        case footnote
        case formula
        case reference
        case smiles
        case code
        case pageHeader = "page_header"
        case pageFooter = "page_footer"
        case pageBreak = "page_break"
        case orderedList = "ordered_list"
        case unorderedList = "unordered_list"
        case listItem = "list_item"
        case checkboxSelected = "checkbox_selected"
        case checkboxUnselected = "checkbox_unselected"
        case table
        case documentIndex = "document_index"
        case picture
        case chart
        case inline
        case form
        case keyValueRegion = "key_value_region"
        case key
        case value
    }

    /// What the part is.
    public var kind: Kind
    /// Where the model says that it stands, in points: a model's word, not evidence; nil when it does not say.
    public var box: Box?
    /// The part's own text, that of `children` left out.
    public var text: String
    /// The level of a section header, from 0; nil for other parts.
    public var level: Int?
    /// The language of code, as `Python`; nil when it is not said.
    public var language: String?
    /// What a picture shows, as `bar_chart`; nil when it is not said.
    public var pictureClass: String?
    /// The cells of a table, chart or index.
    public var table: DocTagsTable?
    /// Which key or value of a region this is.
    public var number: Int?
    /// The values that a key of a region belongs to, by their numbers.
    public var links: [Int]
    /// Parts of the part: the items of a list, a caption, the keys of a region.
    public var children: [DocTagsElement]

    /// Creates a part.
    ///
    /// - Parameters:
    ///   - kind: What the part is.
    ///   - box: Where it stands, in points.
    ///   - text: Its own text.
    ///   - children: Parts of the part.
    public init(kind: Kind, box: Box? = nil, text: String = "", children: [DocTagsElement] = []) {
        self.kind = kind
        self.box = box
        self.text = text
        self.children = children
        links = []
    }

    /// The part's text with that of its parts and cells, a line each.
    public var wholeText: String {
        let cells = table?.cells.map(\.text) ?? []
        return ([text] + cells + children.map(\.wholeText)).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

/// What is wrong with DocTags text, and where.
public struct DocTagsFault: Sendable, Hashable {
    /// The offset in characters into the model's text.
    public var offset: Int
    /// What is wrong, as a clause: `<text> has no end`.
    public var reason: String
}

/// A page that a model wrote in DocTags.
public struct DocTagsPage: Sendable, Hashable {
    /// Its parts, in reading order.
    public var elements: [DocTagsElement]
    /// What was wrong with the tags; the parts hold all of the text all the same.
    public var faults: [DocTagsFault]
}
