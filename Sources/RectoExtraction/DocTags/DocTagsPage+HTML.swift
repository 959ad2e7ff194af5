extension DocTagsPage {
    /// The page as HTML, a fragment without `<html>` around it; everything that was read is in it, escaped.
    public var html: String { elements.map { HTMLWriter().block($0) }.joined(separator: "\n") }
}

/// Writes parts of a page as HTML.
struct HTMLWriter {
    /// One part.
    func block(_ element: DocTagsElement) -> String {
        switch element.kind {
        case .title: wrapped("h1", element)
        case .sectionHeader: wrapped("h\(min(6, (element.level ?? 1) + 1))", element)
        case .orderedList: wrapped("ol", element)
        case .unorderedList: wrapped("ul", element)
        case .listItem: wrapped("li", element)
        case .pageHeader: wrapped("header", element)
        case .pageFooter: wrapped("footer", element)
        case .pageBreak: "<hr>"
        case .caption: wrapped("figcaption", element)
        case .formula, .footnote, .reference, .smiles:
            wrapped("p", element, attributes: " class=\"\(element.kind.rawValue)\"")
        case .code: code(element)
        case .checkboxSelected: "<p><input type=\"checkbox\" disabled checked> \(inner(element))</p>"
        case .checkboxUnselected: "<p><input type=\"checkbox\" disabled> \(inner(element))</p>"
        case .table, .documentIndex, .chart: table(element)
        case .picture: picture(element)
        case .form, .inline: wrapped("div", element, attributes: " class=\"\(element.kind.rawValue)\"")
        case .keyValueRegion: wrapped("dl", element)
        case .key: wrapped("dt", element)
        case .value: wrapped("dd", element)
        case .text, .paragraph: wrapped("p", element)
        }
    }

    /// A table, its caption in it.
    func table(_ element: DocTagsElement) -> String {
        let isOther = element.kind != .table
        var lines = [isOther ? "<table class=\"\(element.pictureClass ?? element.kind.rawValue)\">" : "<table>"]
        let captions = element.children.filter { $0.kind == .caption }.map(inner)
        if !captions.isEmpty { lines.append("<caption>\(captions.joined(separator: "<br>"))</caption>") }
        for row in element.table?.rows ?? [] { lines.append("<tr>\(row.map(cell).joined())</tr>") }
        lines.append("</table>")
        let others = element.children.filter { $0.kind != .caption }.map(block)
        let around = element.text.isEmpty ? [] : ["<p>\(escaped(element.text))</p>"]
        return (lines + around + others).joined(separator: "\n")
    }

    private func cell(_ cell: DocTagsTable.Cell) -> String {
        var attributes = ""
        if cell.rowSpan > 1 { attributes += " rowspan=\"\(cell.rowSpan)\"" }
        if cell.columnSpan > 1 { attributes += " colspan=\"\(cell.columnSpan)\"" }
        let (tag, scope) =
            switch cell.role {
            case .data: ("td", "")
            case .columnHeader: ("th", " scope=\"col\"")
            case .rowHeader: ("th", " scope=\"row\"")
            case .sectionRow: ("th", " scope=\"rowgroup\"")
            }
        return "<\(tag)\(scope)\(attributes)>\(escaped(cell.text))</\(tag)>"
    }

    private func picture(_ element: DocTagsElement) -> String {
        let name = element.pictureClass.map { " class=\"\($0)\"" } ?? ""
        return "<figure\(name)>\(inner(element))</figure>"
    }

    private func code(_ element: DocTagsElement) -> String {
        let language = element.language.map { " class=\"language-\(escaped($0.lowercased()))\"" } ?? ""
        let parts = element.children.map(block)
        return (["<pre><code\(language)>\(escaped(element.text))</code></pre>"] + parts).joined(separator: "\n")
    }

    private func wrapped(_ tag: String, _ element: DocTagsElement, attributes: String = "") -> String {
        "<\(tag)\(attributes)>\(inner(element))</\(tag)>"
    }

    /// A part's text and its parts.
    private func inner(_ element: DocTagsElement) -> String {
        let text = element.text.isEmpty ? [] : [escaped(element.text)]
        return (text + element.children.map(block)).joined(separator: "\n")
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
