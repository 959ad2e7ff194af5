extension DocTagsPage {
    /// The page as Markdown (CommonMark with GitHub's tables and task lists).
    ///
    /// Tables whose cells reach over others are HTML, which Markdown allows; page headers and footers are comments.
    public var markdown: String { elements.map { MarkdownWriter().block($0) }.joined(separator: "\n\n") }
}

/// Writes parts of a page as Markdown.
struct MarkdownWriter {
    /// One part.
    func block(_ element: DocTagsElement) -> String {
        switch element.kind {
        case .title: heading(1, element)
        case .sectionHeader: heading((element.level ?? 1) + 1, element)
        case .orderedList, .unorderedList: list(element, indent: "")
        case .listItem: "- \(inline(element.text))" + nested(element, indent: "  ")
        case .code: fenced(element)
        case .formula: "$$\n\(formula(element.text))\n$$" + parts(element)
        case .checkboxSelected: "- [x] \(inline(element.text))" + parts(element)
        case .checkboxUnselected: "- [ ] \(inline(element.text))" + parts(element)
        case .table, .documentIndex, .chart: table(element)
        case .picture: "<!-- picture\(element.pictureClass.map { ": \($0)" } ?? "") -->" + own(element) + parts(element)
        case .pageHeader, .pageFooter: comment(element)
        case .pageBreak: "---"
        case .key: "**\(inline(element.text))**" + parts(element)
        case .inline:
            ([inline(element.text)] + element.children.map { block($0) }).filter { !$0.isEmpty }
                .joined(separator: " ")
        case .text, .paragraph, .caption, .footnote, .reference, .smiles, .form, .keyValueRegion, .value:
            paragraph(element.text) + parts(element, isFirst: element.text.isEmpty)
        }
    }

    private func heading(_ level: Int, _ element: DocTagsElement) -> String {
        String(repeating: "#", count: min(6, level)) + " " + inline(element.text) + parts(element)
    }

    private func own(_ element: DocTagsElement) -> String {
        element.text.isEmpty ? "" : "\n\n" + paragraph(element.text)
    }

    private func parts(_ element: DocTagsElement, isFirst: Bool = false) -> String {
        let blocks = element.children.map { block($0) }.filter { !$0.isEmpty }
        guard !blocks.isEmpty else { return "" }
        return (isFirst ? "" : "\n\n") + blocks.joined(separator: "\n\n")
    }

    // MARK: - Lists

    private func list(_ element: DocTagsElement, indent: String) -> String {
        var lines = element.text.isEmpty ? [] : [indent + inline(element.text)]
        var number = 0
        for item in element.children {
            number += 1
            let mark = element.kind == .orderedList ? "\(number). " : "- "
            let inner = indent + String(repeating: " ", count: mark.count)
            switch item.kind {
            case .listItem: lines.append(indent + mark + inline(item.text) + nested(item, indent: inner))
            case .orderedList, .unorderedList: lines.append(list(item, indent: inner))
            default: lines.append(indent + mark + inline(item.wholeText))
            }
        }
        return lines.joined(separator: "\n")
    }

    private func nested(_ item: DocTagsElement, indent: String) -> String {
        item.children.map { child in
            switch child.kind {
            case .orderedList, .unorderedList: "\n" + list(child, indent: indent)
            default: "\n" + block(child).split(separator: "\n").map { indent + $0 }.joined(separator: "\n")
            }
        }.joined()
    }

    // MARK: - Tables and code

    private func table(_ element: DocTagsElement) -> String {
        guard let table = element.table, table.columnCount > 0 else { return paragraph(element.wholeText) }
        if table.hasSpans { return HTMLWriter().table(element) }
        var rows = table.rows.map { $0.map(\.text) }
        // A table must have a head in Markdown; where the page has none it stays empty.
        let hasHead = table.rows.first?.contains { $0.role == .columnHeader } == true
        let head = hasHead ? rows.removeFirst() : [String](repeating: "", count: table.columnCount)
        let lines = [line(head), line(head.map { _ in "---" }, isRule: true)] + rows.map { line($0) }
        return lines.joined(separator: "\n") + own(element) + parts(element)
    }

    private func line(_ cells: [String], isRule: Bool = false) -> String {
        "| " + cells.map { isRule ? $0 : inline($0) }.joined(separator: " | ") + " |"
    }

    private func fenced(_ element: DocTagsElement) -> String {
        var longest = 2
        var run = 0
        for character in element.text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\(element.language?.lowercased() ?? "")\n\(element.text)\n\(fence)" + parts(element)
    }

    private func comment(_ element: DocTagsElement) -> String {
        let kind = element.kind == .pageHeader ? "page header" : "page footer"
        // Without angle brackets nothing can end the comment or begin a tag behind it.
        let text = element.wholeText.replacing("--", with: "- -").replacing("\n", with: " ")
            .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return "<!-- \(kind): \(text) -->"
    }

    /// A formula that is no HTML to programs that do not know formulas.
    private func formula(_ text: String) -> String {
        text.replacing("$$", with: "").replacing("<", with: "\\lt ").replacing(">", with: "\\gt ")
    }

    // MARK: - Text

    private func paragraph(_ text: String) -> String {
        text.split(separator: "\n").map { start(inline(String($0))) }.joined(separator: "  \n")
    }

    /// Text in one line, everything that Markdown would take for a mark escaped.
    private func inline(_ text: String) -> String {
        var escaped = ""
        for character in text.replacing("\n", with: " ") {
            if "\\`*_[]<>|~$".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }

    /// A line that would begin a heading, a list or a quotation does not.
    private func start(_ line: String) -> String {
        guard let first = line.first else { return line }
        if "#+-=".contains(first) { return "\\" + line }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let mark = line.dropFirst(digits.count).first, ".)".contains(mark) else { return line }
        return digits + "\\" + line.dropFirst(digits.count)
    }
}
