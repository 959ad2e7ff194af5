/// The nesting of DocTags text, before it is known what the tags mean.
struct DocTagsTree {
    /// What stands in a node, in order.
    enum Child: Hashable {
        case text(String, offset: Int)
        /// A tag without an end: a cell, a picture's class, a language, a link.
        case mark(String, offset: Int)
        case node(Node)
    }

    /// A tag with an end, and what stands in it.
    struct Node: Hashable {
        var name: String
        var offset: Int
        var locations: [Int] = []
        var children: [Child] = []
    }

    /// What stands at the top.
    private(set) var top = Node(name: "", offset: 0)
    /// What is wrong with the nesting.
    private(set) var faults: [DocTagsFault] = []
    /// The nodes that are open, the innermost last.
    private var open: [Node] = []

    /// Reads a text.
    ///
    /// A tag that is not closed ends where the one around it ends; an end without a beginning is passed over. Both are faults.
    ///
    /// - Parameter text: What the model wrote.
    init(_ text: String) {
        for piece in DocTagsScanner().pieces(of: text) {
            switch piece.token {
            case .text(let text): add(.text(text, offset: piece.offset))
            case .location(let step): place(step, at: piece.offset)
            case .open(let name) where isMark(name): add(.mark(name, offset: piece.offset))
            case .open(let name) where isText(name): add(.text("<\(name)>", offset: piece.offset))
            case .open(let name): open.append(Node(name: name, offset: piece.offset))
            case .close(let name): close(name, at: piece.offset)
            }
        }
        while let node = open.popLast() {
            faults.append(DocTagsFault(offset: node.offset, reason: "<\(node.name)> has no end"))
            add(.node(node))
        }
    }

    private func isMark(_ name: String) -> Bool {
        if DocTagsVocabulary.cells.contains(name) || DocTagsVocabulary.isLanguage(name) || name == "page_break" {
            return true
        }
        if DocTagsVocabulary.number(of: name, after: "link") != nil { return true }
        return DocTagsVocabulary.pictureClasses.contains(name) && isInPicture
    }

    private var isInPicture: Bool { open.last?.name == "picture" || open.last?.name == "chart" }

    /// Whether a tag is text after all: `List<person>` in a program is no class of a picture.
    private func isText(_ name: String) -> Bool {
        DocTagsVocabulary.pictureClasses.contains(name) && !DocTagsVocabulary.elements.contains(name) && !isInPicture
    }

    private mutating func add(_ child: Child) {
        if open.isEmpty { top.children.append(child) } else { open[open.count - 1].children.append(child) }
    }

    private mutating func place(_ step: Int, at offset: Int) {
        if step > DocTagsParser.steps {
            faults.append(DocTagsFault(offset: offset, reason: "<loc_\(step)> lies beyond \(DocTagsParser.steps)"))
        }
        guard !open.isEmpty else {
            faults.append(DocTagsFault(offset: offset, reason: "<loc_\(step)> stands outside every element"))
            return
        }
        open[open.count - 1].locations.append(min(step, DocTagsParser.steps))
    }

    private mutating func close(_ name: String, at offset: Int) {
        guard let depth = open.lastIndex(where: { $0.name == name }) else {
            faults.append(DocTagsFault(offset: offset, reason: "</\(name)> ends nothing"))
            return
        }
        while open.count > depth {
            let node = open.removeLast()
            if open.count > depth {
                faults.append(DocTagsFault(offset: node.offset, reason: "<\(node.name)> has no end before </\(name)>"))
            }
            add(.node(node))
        }
    }
}
