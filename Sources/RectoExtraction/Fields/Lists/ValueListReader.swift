import RectoPages
import RectoSchema

/// Reads lists of plain values from the texts of tiles.
///
/// Values that can be told by their form (a format, a pattern, choices) and have no labels of their own are taken wherever
/// they stand, each once. Others stand behind their label, parted by commas or semicolons, or below each other.
struct ValueListReader: Sendable {
    /// A chunk of a line begins with a list's label when it fits at least this well.
    private static let leastFit = 0.8
    /// Values below each other begin within this of each other, in type sizes.
    private static let alignment = 1.0
    /// And stand at most this far apart, in tile heights.
    private static let largestGap = 1.9

    let lists: [SchemaList]
    let others: [SchemaField]

    /// Reads all lists.
    ///
    /// - Parameter pages: The pages in order.
    /// - Returns: The rows of all lists, each with one value.
    func read(_ pages: [PageReading]) -> ListRows {
        var found = ListRows()
        for list in lists {
            var seen: Set<String> = []
            for page in pages where !page.tiles.isEmpty {
                let lines = PageLines(page).lines
                // Where pages are compared, each has its own values.
                if list.node.printed.listMerge?.choice != nil { seen = [] }
                if list.labels.isEmpty, list.element.hasForm {
                    found.append(everywhere(list, page: page, lines: lines, seen: &seen))
                } else {
                    found.append(labelled(list, page: page, lines: lines))
                }
            }
        }
        return found
    }

    // MARK: - By form

    private func everywhere(
        _ list: SchemaList,
        page: PageReading,
        lines: [TableLine],
        seen: inout Set<String>
    ) -> ListRows {
        var found = ListRows()
        for chunk in lines.flatMap(\.chunks) {
            for value in ValueCutter(element: list.element).values(in: chunk) {
                let key = String(FoldedText(value.text, isLoose: true).characters)
                if seen.insert(key).inserted {
                    found.append(row(list, page: page, value.words, value.text, match: nil))
                }
            }
        }
        return found
    }

    // MARK: - By label

    private func labelled(_ list: SchemaList, page: PageReading, lines: [TableLine]) -> ListRows {
        let matcher = LabelMatcher(labels: list.labels.isEmpty ? [list.title] : list.labels)
        let rest = lists.filter { $0.pointer != list.pointer }.flatMap { $0.labels.isEmpty ? [$0.title] : $0.labels }
        let rivals = LabelMatcher(labels: others.flatMap(\.labels) + rest)
        let summary = SummaryLine(others: others)
        let cutter = ValueCutter(element: list.element)
        var found = ListRows()
        for (place, line) in lines.enumerated() {
            for (order, chunk) in line.chunks.enumerated() {
                let text = chunk.map(\.text).joined(separator: " ")
                guard let match = matcher.match(text), match.isAtStart, match.fit >= Self.leastFit,
                    rivals.match(text)?.fit ?? 0 <= match.fit
                else { continue }
                let behind = Self.words(of: chunk, after: match.end) + line.chunks[(order + 1)...].joined()
                let left = behind.first?.left ?? chunk[0].left
                var block = behind.isEmpty ? [] : [behind]
                var last = line
                // Lines that are no values go on with the list only when values stand below them.
                var waiting: [[TableWord]] = []
                for below in lines[(place + 1)...] {
                    guard below.y - last.y <= Self.largestGap * below.height,
                        let part = below.chunks.first(where: { abs($0[0].left - left) <= Self.alignment * below.em }),
                        !summary.names(part.map(\.text).joined(separator: " ")), !Self.isLabel(part, of: rivals),
                        !below.chunks.contains(where: {
                            $0[0].left < part[0].left && $0[0].left >= chunk[0].left - below.em
                        })
                    else { break }
                    if list.element.isFreeText || cutter.pieces(of: part).contains(where: \.converts) {
                        block += waiting + [part]
                        waiting = []
                    } else if cutter.mayBeValue(part) {
                        waiting.append(part)
                    } else {
                        break
                    }
                    last = below
                }
                if !block.isEmpty { block += waiting }
                for value in Self.values(in: block).flatMap(cutter.pieces) where !value.text.isEmpty {
                    var part = row(list, page: page, value.words, value.text, match: match)
                    part.rows[0].cells[0].labelTile = page.tiles[chunk[0].tile].index
                    found.append(part)
                }
            }
        }
        return found
    }

    /// Whether words begin with the whole label of another field or list.
    private static func isLabel(_ words: [TableWord], of rivals: LabelMatcher) -> Bool {
        guard let match = rivals.match(words.map(\.text).joined(separator: " ")) else { return false }
        return match.isAtStart && match.fit >= 0.95
    }

    private static func words(of chunk: [TableWord], after end: Int) -> [TableWord] {
        var offset = 0
        return chunk.filter { word in
            defer { offset += word.text.count + 1 }
            return offset >= end && word.text.contains { $0.isLetter || $0.isNumber }
        }
    }

    /// Parts what stands behind or below a label: at semicolons, when there are any, else at commas; lines are parts too.
    private static func values(in block: [[TableWord]]) -> [[TableWord]] {
        let block = block.map { $0.flatMap(parts) }
        let words = block.joined()
        let mark: Character = words.contains { $0.text.hasSuffix(";") } ? ";" : ","
        let isBulleted = block.first?.first.map { isBullet($0.text) } ?? false
        var values: [[TableWord]] = []
        for line in block {
            let hasBullet = line.first.map { isBullet($0.text) } ?? false
            var open = isBulleted && !hasBullet ? values.popLast() ?? [] : []
            for word in line.dropFirst(hasBullet ? 1 : 0) {
                if ValueCutter.conjunctions.contains(word.text.lowercased()) && mark == "," && block.count == 1 {
                    values.append(open)
                    open = []
                } else {
                    open.append(word)
                    guard word.text.last == mark else { continue }
                    values.append(open)
                    open = []
                }
            }
            values.append(open)
        }
        return values.filter { !$0.isEmpty }
    }

    /// Parts a word at commas between letters, behind which no space was read.
    private static func parts(_ word: TableWord) -> [TableWord] {
        let characters = Array(word.text)
        let cuts = characters.indices.dropFirst().dropLast().filter { place in
            ",;".contains(characters[place]) && characters[place - 1].isLetter && characters[place + 1].isLetter
        }
        guard !cuts.isEmpty else { return [word] }
        let edges = [0] + cuts.map { $0 + 1 } + [characters.count]
        return zip(edges, edges.dropFirst()).map { word.part($0..<$1) }
    }

    private static func isBullet(_ text: String) -> Bool {
        ["•", "-", "–", "*", "·"].contains(text)
            || (text.count <= 3 && [".", ")"].contains(text.suffix(1)) && text.dropLast().allSatisfy(\.isNumber)
                && text.count > 1)
    }

    private func row(
        _ list: SchemaList,
        page: PageReading,
        _ words: [TableWord],
        _ text: String,
        match: LabelMatcher.Match?
    ) -> ListRows {
        var candidate = FieldCandidate(pointer: JSONPointer(), page: page, words: words, text: text)
        candidate.labelFit = match?.fit
        if match != nil { candidate.relation = .right }
        let places = words.map { ListRows.Place(page: page.page, tile: page.tiles[$0.tile].index) }
        var element = ListRow(list: list.pointer, cells: [candidate])
        element.part = page.page.value
        return ListRows(
            rows: [element],
            places: match == nil ? [] : Set(places)
        )
    }
}

extension SchemaList {
    /// What the schema says may be printed beside the list.
    var labels: [String] { node.labels + element.labels }
}

extension SchemaNode {
    /// Whether any text is a value: nothing says where a value ends.
    var isFreeText: Bool { kind == .text && pattern == nil && format == nil && enumeration == nil }

    /// Whether a value can be told from other text by its form alone.
    var hasForm: Bool { pattern != nil || format != nil || enumeration != nil }
}
