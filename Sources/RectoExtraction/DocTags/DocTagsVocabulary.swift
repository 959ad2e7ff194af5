/// The tags of DocTags (docling-core 2.104, `types/doc/tokens.py` and `labels.py`).
enum DocTagsVocabulary {
    /// Tags that have an end.
    static let elements: Set<String> = [
        "doctag", "text", "title", "list_item", "ordered_list", "unordered_list", "caption", "footnote", "formula",
        "page_header", "page_footer", "picture", "table", "otsl", "chart", "code", "document_index",
        "checkbox_selected", "checkbox_unselected", "form", "key_value_region", "inline", "paragraph", "reference",
        "smiles",
    ]

    /// Tags of a table's cells; what follows one, up to the next, stands in it.
    static let cells: Set<String> = ["fcel", "ecel", "lcel", "ucel", "xcel", "ched", "rhed", "srow", "nl"]

    /// What a picture shows; stands in a picture, without an end.
    static let pictureClasses: Set<String> = [
        "bar_chart", "box_plot", "flow_chart", "line_chart", "pie_chart", "scatter_plot", "table", "full_page_image",
        "page_thumbnail", "photograph", "chemistry_structure", "bar_code", "icon", "logo", "qr_code", "signature",
        "stamp", "engineering_drawing", "screenshot_from_computer", "screenshot_from_manual", "geographical_map",
        "topographical_map", "calendar", "crossword_puzzle", "music", "other", "cad_drawing", "chart", "decoration",
        "electrical_diagram", "map", "heatmap", "illustration", "infographic", "chemistry_markush_structure",
        "chemistry_molecular_structure", "natural_image", "person", "picture_group", "remote_sensing", "scatter_chart",
        "screenshot", "stacked_bar_chart", "stratigraphic_chart", "ui_element",
        // SmolDocling's own.
        "line", "dot_line", "vbar_categorical", "hbar_categorical", "molecular_structure", "markush_structure",
    ]

    /// Whether `<name>` is a tag; else it is text that happens to look like one.
    static func knows(_ name: Substring) -> Bool {
        let whole = String(name)
        return elements.contains(whole) || cells.contains(whole) || pictureClasses.contains(whole)
            || whole == "page_break" || level(of: name) != nil || isLanguage(name)
            || ["key", "value", "link"].contains { number(of: name, after: $0) != nil }
    }

    /// The level of `section_header_level_N`, 0 to 6.
    static func level(of name: some StringProtocol) -> Int? {
        number(of: name, after: "section_header_level").flatMap { (0...6).contains($0) ? $0 : nil }
    }

    /// N of `<prefix>_N`.
    static func number(of name: some StringProtocol, after prefix: String) -> Int? {
        guard name.hasPrefix(prefix + "_") else { return nil }
        let digits = name.dropFirst(prefix.count + 1)
        guard (1...4).contains(digits.count), digits.allSatisfy(\.isASCII), digits.allSatisfy(\.isNumber) else {
            return nil
        }
        return Int(digits)
    }

    /// Whether a name such as `_Python_` says the language of code.
    static func isLanguage(_ name: some StringProtocol) -> Bool {
        name.count > 2 && name.hasPrefix("_") && name.hasSuffix("_")
    }
}
