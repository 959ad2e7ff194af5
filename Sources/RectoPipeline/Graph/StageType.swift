import RectoExtraction

/// How much of a document a value is about.
public enum Scope: String, Sendable, CaseIterable {
    /// The whole document.
    case document
    /// One page.
    case page
    /// One tile of a page.
    case tile
}

/// The kinds of values that flow between stages.
public enum PortKind: String, Sendable, CaseIterable {
    /// The file.
    case document
    /// Page images.
    case pages
    /// The document's own words.
    case words
    /// Tiles of pages.
    case tiles
    /// Fields with what the model read.
    case fields
    /// The finished record.
    case record

    /// How much of a document such a value is about.
    public var scope: Scope {
        switch self {
        case .document, .fields, .record: .document
        case .pages, .words: .page
        case .tiles: .tile
        }
    }
}

/// What a stage takes.
public struct StagePort: Sendable, Hashable {
    /// The kinds that fit, the preferred one first.
    public var kinds: [PortKind]
    /// Whether the stage cannot do without.
    public var isRequired: Bool
}

/// What an option's value may be.
public enum OptionKind: Sendable, Hashable {
    /// A number within bounds.
    case number(ClosedRange<Double>)
    /// A whole number within bounds.
    case integer(ClosedRange<Int>)
    /// One of several words.
    case choice([String])
    /// Any text.
    case text
    /// The path of a file, relative to the pipeline file.
    case file
}

/// An option of a type of stage.
public struct StageOption: Sendable, Hashable {
    /// Its key in the file.
    public var name: String
    /// What its value may be.
    public var kind: OptionKind
    /// What holds when it is not given.
    public var defaultValue: String?
    /// What it means.
    public var summary: String
}

/// A type of stage: what it takes, gives and can be told.
public struct StageType: Sendable, Hashable {
    /// Its name after `use:`.
    public var name: String
    /// What it does.
    public var summary: String
    /// What it takes.
    public var inputs: [StagePort]
    /// What it gives.
    public var output: PortKind
    /// What it can be told.
    public var options: [StageOption]

    /// How scopes change from its first input to its output: a fan-out, a join, or neither.
    public var scopeChange: String {
        let input = inputs.first?.kinds.first?.scope ?? .document
        let order = Scope.allCases
        let from = order.firstIndex(of: input) ?? 0
        let to = order.firstIndex(of: output.scope) ?? 0
        return from < to ? "fan-out" : from > to ? "join" : "one to one"
    }
}

/// The stages that Recto has.
public struct StageRegistry: Sendable {
    /// The types by name, in the order in which a document meets them.
    public let types: [StageType]

    /// Finds a type.
    ///
    /// - Parameter name: Its name after `use:`.
    /// - Returns: The type, or nil.
    public func type(named name: String) -> StageType? { types.first { $0.name == name } }

    /// The built-in stages.
    public static let builtIn = StageRegistry(types: [
        StageType(
            name: "rasterize",
            summary: "Renders every page of the document.",
            inputs: [StagePort(kinds: [.document], isRequired: true)],
            output: .pages,
            options: [
                StageOption(
                    name: "dpi",
                    kind: .number(18...1200),
                    defaultValue: "200",
                    summary: "Pixels per inch; lowered for pages that would become too large."
                )
            ]
        ),
        StageType(
            name: "text-layer",
            summary: "Takes the words that the document itself carries.",
            inputs: [StagePort(kinds: [.document, .pages], isRequired: true)],
            output: .words,
            options: []
        ),
        StageType(
            name: "split",
            summary: "Cuts page images into the tiles that a model reads.",
            inputs: [StagePort(kinds: [.pages], isRequired: true)],
            output: .tiles,
            options: [
                StageOption(
                    name: "strategy",
                    kind: .choice(["adaptive", "lines", "idefics2", "none"]),
                    defaultValue: "adaptive",
                    summary:
                        "How pages are cut; adaptive is lines where the checkpoint declares them, none where it cuts "
                        + "images itself, else idefics2."
                ),
                StageOption(
                    name: "max-tiles",
                    kind: .integer(1...100_000),
                    defaultValue: "2000",
                    summary: "A page with more tiles fails instead of being cut short."
                ),
            ]
        ),
        StageType(
            name: "extract",
            summary: "Has the model read fields, or the whole text, from the tiles of all pages.",
            inputs: [StagePort(kinds: [.tiles], isRequired: true)],
            output: .fields,
            options: [
                StageOption(
                    name: "schema",
                    kind: .file,
                    defaultValue: nil,
                    summary: "The JSON Schema of the fields; without one the text of every page is read."
                ),
                StageOption(
                    name: "prompt",
                    kind: .text,
                    defaultValue: nil,
                    summary: "What the model is told; readers with prompts of their own do not see it."
                ),
                StageOption(
                    name: "scope",
                    kind: .choice(ReadingScope.allCases.map(\.rawValue)),
                    defaultValue: ReadingScope.page.rawValue,
                    summary: "How much stands in one prompt; readers of lines take page only."
                ),
                StageOption(
                    name: "most-pages",
                    kind: .integer(1...1000),
                    defaultValue: "20",
                    summary: "With scope document, which holds all pages at once: a longer document fails."
                ),
                StageOption(
                    name: "merge",
                    kind: .choice(MergePolicy.allCases.map(\.rawValue)),
                    defaultValue: MergePolicy.best.rawValue,
                    summary: "How several pages' answers become one value; a field's x-recto.merge goes before it."
                ),
            ]
        ),
        StageType(
            name: "doctags",
            summary: "Has a docling model write every page as DocTags: headings, paragraphs, lists and tables.",
            inputs: [StagePort(kinds: [.tiles], isRequired: true)],
            output: .fields,
            options: [
                StageOption(
                    name: "format",
                    kind: .choice(DocTagsReader.Format.allCases.map(\.rawValue)),
                    defaultValue: DocTagsReader.Format.json.rawValue,
                    summary: "markdown and html write each page in that form, too, beside its parts."
                ),
                StageOption(
                    name: "prompt",
                    kind: .text,
                    defaultValue: DocTagsReader.prompt,
                    summary: "What the model is told."
                ),
                StageOption(
                    name: "max-tokens",
                    kind: .integer(1...100_000),
                    defaultValue: "8192",
                    summary: "Most tokens for one page; a page that needs more is cut and told as an error."
                ),
            ]
        ),
        StageType(
            name: "ground",
            summary: "Finds where each value stands, and makes the record.",
            inputs: [
                StagePort(kinds: [.fields], isRequired: true), StagePort(kinds: [.words], isRequired: false),
                StagePort(kinds: [.tiles], isRequired: false),
            ],
            output: .record,
            options: []
        ),
        StageType(
            name: "deliver",
            summary: "Hands over the record; the same as naming its input in the pipeline's own 'deliver'.",
            inputs: [StagePort(kinds: [.record], isRequired: true)],
            output: .record,
            options: []
        ),
    ])
}
