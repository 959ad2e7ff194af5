public import RectoPages

/// Reads what the docling models write: a page as DocTags.
///
/// Source: docling-core 2.104, `DoclingDocument.load_from_doctags` and `parse_otsl_table_content`. Unlike it, what is wrong with the
/// tags is told and no text is lost with them.
public struct DocTagsParser: Sendable {
    /// Locations count in this many steps over the page's width and height.
    static let steps = 500

    /// Where the page that the model saw lies, in points.
    public let frame: Box

    /// Creates a parser.
    ///
    /// - Parameter frame: Where the image that the model saw lies on its page, in points.
    public init(frame: Box) { self.frame = frame }

    /// Reads a page.
    ///
    /// - Parameter text: What the model wrote, its special tokens kept.
    /// - Returns: The page's parts and what was wrong with the tags.
    public func parse(_ text: String) -> DocTagsPage {
        let tree = DocTagsTree(text)
        var reading = Reading(frame: frame, faults: tree.faults)
        let elements = reading.parts(of: tree.top, isTop: true)
        if elements.isEmpty, reading.faults.isEmpty {
            reading.faults.append(DocTagsFault(offset: 0, reason: "there is no element at all"))
        }
        return DocTagsPage(elements: elements, faults: reading.faults.sorted { $0.offset < $1.offset })
    }
}

/// A page while it is read.
private struct Reading {
    let frame: Box
    var faults: [DocTagsFault]

    /// The parts of what holds others: the page, a list, a group.
    mutating func parts(of node: DocTagsTree.Node, isTop: Bool = false) -> [DocTagsElement] {
        var parts: [DocTagsElement] = []
        for child in node.children {
            switch child {
            case .node(let inner) where inner.name == "doctag":
                parts += self.parts(of: inner, isTop: true)
            case .node(let inner): parts.append(element(inner))
            case .mark("page_break", _): parts.append(DocTagsElement(kind: .pageBreak))
            case .mark(let name, let offset):
                faults.append(DocTagsFault(offset: offset, reason: "<\(name)> stands outside a table, picture or code"))
            case .text(let text, let offset):
                let text = text.trimmed
                guard isTop, !text.isEmpty else { continue }
                faults.append(DocTagsFault(offset: offset, reason: "text stands outside every element"))
                parts.append(DocTagsElement(kind: .text, text: text))
            }
        }
        return parts
    }

    private mutating func element(_ node: DocTagsTree.Node) -> DocTagsElement {
        var element = DocTagsElement(kind: .text, box: box(of: node))
        if let level = DocTagsVocabulary.level(of: node.name) {
            (element.kind, element.level) = (.sectionHeader, level)
        } else if let number = DocTagsVocabulary.number(of: node.name, after: "key") {
            (element.kind, element.number) = (.key, number)
        } else if let number = DocTagsVocabulary.number(of: node.name, after: "value") {
            (element.kind, element.number) = (.value, number)
        } else if node.name == "otsl" {
            element.kind = .table
        } else if let kind = DocTagsElement.Kind(rawValue: node.name) {
            element.kind = kind
        }
        let marks = node.children.compactMap { if case .mark(let name, _) = $0 { name } else { nil } }
        element.links = marks.compactMap { DocTagsVocabulary.number(of: $0, after: "link") }
        if ![.table, .documentIndex, .chart].contains(element.kind) {
            for mark in marks where DocTagsVocabulary.cells.contains(mark) {
                faults.append(
                    DocTagsFault(offset: node.offset, reason: "<\(mark)> stands in <\(node.name)>, not in a table")
                )
            }
        }
        switch element.kind {
        case .table, .documentIndex, .chart: table(node, into: &element)
        case .code:
            element.language = marks.first(where: DocTagsVocabulary.isLanguage).map {
                String($0.dropFirst().dropLast())
            }
            element.text = text(of: node).trimmedLines
        default:
            if element.kind == .picture {
                element.pictureClass = marks.first(where: DocTagsVocabulary.pictureClasses.contains)
            }
            element.text = text(of: node).trimmed
        }
        if element.table == nil { element.children = nodes(of: node).map { self.element($0) } }
        return element
    }

    private func text(of node: DocTagsTree.Node) -> String {
        node.children.map { if case .text(let text, _) = $0 { text } else { "" } }.joined()
    }

    private func nodes(of node: DocTagsTree.Node) -> [DocTagsTree.Node] {
        node.children.compactMap { if case .node(let inner) = $0 { inner } else { nil } }
    }

    /// Four locations are a box; more are the boxes of a part that goes on elsewhere.
    private mutating func box(of node: DocTagsTree.Node) -> Box? {
        guard !node.locations.isEmpty else { return nil }
        guard node.locations.count.isMultiple(of: 4) else {
            faults.append(
                DocTagsFault(
                    offset: node.offset,
                    reason: "<\(node.name)> has \(node.locations.count) locations, expected four"
                )
            )
            return nil
        }
        let step = 1 / Double(DocTagsParser.steps)
        let across = node.locations.enumerated().filter { $0.offset.isMultiple(of: 2) }.map {
            Double($0.element) * step
        }
        let down = node.locations.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { Double($0.element) * step }
        return Box(
            x0: frame.x0 + (across.min() ?? 0) * frame.width,
            y0: frame.y0 + (down.min() ?? 0) * frame.height,
            x1: frame.x0 + (across.max() ?? 0) * frame.width,
            y1: frame.y0 + (down.max() ?? 0) * frame.height
        )
    }

    // MARK: - Tables

    private mutating func table(_ node: DocTagsTree.Node, into element: inout DocTagsElement) {
        var grid: [[DocTagsTable.Place]] = [[]]
        var cell: (tag: String, text: String)?
        var around = ""
        func finish() {
            if let cell { grid[grid.count - 1].append(.init(tag: cell.tag, text: cell.text.trimmed)) }
            cell = nil
        }
        for child in node.children {
            switch child {
            case .mark("nl", _):
                finish()
                grid.append([])
            case .mark(let name, _) where DocTagsVocabulary.cells.contains(name):
                finish()
                cell = (name, "")
            case .mark(let name, _):
                if DocTagsVocabulary.pictureClasses.contains(name) { element.pictureClass = name }
            case .node(let inner) where inner.name == "caption" || cell == nil:
                element.children.append(self.element(inner))
            case .node(let inner):
                // A formula or a list within a cell: its text is the cell's.
                cell?.text += " " + self.element(inner).wholeText
            case .text(let text, let offset):
                if cell == nil { around += text } else { cell?.text += text }
                if cell == nil, !text.trimmed.isEmpty {
                    faults.append(DocTagsFault(offset: offset, reason: "text stands in a table, but in no cell"))
                }
            }
        }
        finish()
        if grid.last?.isEmpty == true { grid.removeLast() }
        element.text = around.trimmed
        let read = DocTagsTable.read(grid)
        element.table = read.table
        faults += read.faults.map { DocTagsFault(offset: node.offset, reason: $0) }
    }
}

extension String {
    /// Without the empty lines around it; the indentation of its first line stays.
    fileprivate var trimmedLines: String {
        var lines = split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
