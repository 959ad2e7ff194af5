/// A column of a table: its head's extent, and what stands in it.
struct TableColumn: Sendable {
    /// The place of the list's member that it holds; nil for columns that are not asked for.
    let member: Int?
    /// The extent of the head, levelled, in points.
    var left, right: Double
    /// The place of the head's tile among the page's tiles.
    let tile: Int
    /// How well the head fits the member's label, from 0 to 1.
    let fit: Double
    /// What was read as its head.
    let text: String
}

/// The heads of a table, on one line or broken over two.
struct TableHeader: Sendable {
    /// The columns from left to right.
    let columns: [TableColumn]
    /// The lines on which they stand.
    let lines: ClosedRange<Int>
    /// The sum of the heads' fits.
    let score: Double

    /// The columns that the list asks for.
    var known: [TableColumn] { columns.filter { $0.member != nil } }
}

/// Looks for the heads of one list's table.
///
/// A head is a run of words that fits a member's label as a whole. A line, or two lines close together, are heads when
/// they name two members, or all members that are required or there are, and hold little else.
struct HeaderFinder {
    /// Heads of one table stand on lines at most this many tile heights apart.
    static let stackedLines = 1.8
    /// Longest head in words.
    private static let mostWords = 4
    /// A head that is only a part of what stands together counts this much.
    private static let partOfChunk = 0.92
    /// Least share of a header's letters that belong to heads that are asked for.
    private static let leastShare = 0.3

    let list: SchemaList
    let labels: HeaderLabels

    /// Words that may be one head.
    private struct Run {
        let words: [TableWord]
        let text: String
        let isWhole: Bool
    }

    /// Finds all headers of the list on a page.
    ///
    /// - Parameter lines: The page's lines.
    /// - Returns: The headers from top to bottom; none shares a line with another.
    func headers(in lines: [TableLine]) -> [TableHeader] {
        let single = lines.indices.map { header(lines, $0...$0) }
        var headers: [TableHeader] = []
        var line = 0
        while line < lines.count {
            defer { line += 1 }
            let below = line + 1 < lines.count ? single[line + 1] : nil
            if line + 1 < lines.count, lines[line + 1].y - lines[line].y < Self.stackedLines * lines[line].height,
                let both = header(lines, line...line + 1),
                both.known.count > max(single[line]?.known.count ?? 0, below?.known.count ?? 0)
            {
                headers.append(both)
                line += 1
            } else if let found = single[line], found.score >= below?.score ?? 0 {
                headers.append(found)
            }
        }
        return headers
    }

    private func header(_ lines: [TableLine], _ range: ClosedRange<Int>) -> TableHeader? {
        let words = range.flatMap { lines[$0].words }
        guard words.count <= 40, words.count(where: { labels.isNumber($0.text) }) * 3 <= words.count else { return nil }
        var runs = range.flatMap { lines[$0].chunks.flatMap(Self.runs) }
        if range.count == 2 {
            runs += Self.stacks(lines[range.lowerBound].chunks, lines[range.upperBound].chunks)
        }
        var matches = runs.flatMap { run in
            labels.fits(run.text).map {
                (run: run, member: $0.member, fit: $0.fit * (run.isWhole ? 1 : Self.partOfChunk))
            }
        }
        // "Invoice date" is no head of a column of dates.
        let rivals = runs.filter { $0.words.count > 1 && labels.isOther($0.text) }.map { Set($0.words) }
        matches.removeAll { match in rivals.contains { $0.isStrictSuperset(of: match.run.words) } }
        matches.sort { ($1.fit, $1.run.text.count, $0.member) < ($0.fit, $0.run.text.count, $1.member) }
        var columns: [TableColumn] = []
        var taken: Set<TableWord> = []
        for match in matches where taken.isDisjoint(with: match.run.words) {
            guard !columns.contains(where: { $0.member == match.member }) else { continue }
            taken.formUnion(match.run.words)
            columns.append(Self.column(match.run.words, member: match.member, fit: match.fit))
        }
        // A head with a misread letter is one only among others without.
        let doubtful = columns.filter { $0.fit <= HeaderLabels.misreadFit }
        if 2 * doubtful.count > columns.count {
            let words = matches.filter { $0.fit <= HeaderLabels.misreadFit }.flatMap(\.run.words)
            let sure = matches.filter { $0.fit > HeaderLabels.misreadFit }.flatMap(\.run.words)
            taken.subtract(Set(words).subtracting(sure))
            columns.removeAll { $0.fit <= HeaderLabels.misreadFit }
        }
        guard isTable(columns) else { return nil }
        let letters = words.reduce(0) { $0 + $1.text.count }
        guard Double(taken.reduce(0) { $0 + $1.text.count }) >= Self.leastShare * Double(letters) else { return nil }
        let score = columns.reduce(0) { $0 + $1.fit }
        for line in range { Self.add(lines[line].chunks, except: taken, to: &columns) }
        return TableHeader(columns: columns.sorted { $0.left < $1.left }, lines: range, score: score)
    }

    private func isTable(_ columns: [TableColumn]) -> Bool {
        let found = Set(columns.compactMap(\.member))
        let required = list.members.indices.filter { list.members[$0].isRequired }
        return found.count >= min(2, list.members.count) || (!required.isEmpty && found.isSuperset(of: required))
    }

    private static func column(_ words: [TableWord], member: Int?, fit: Double) -> TableColumn {
        TableColumn(
            member: member,
            left: words.map(\.left).min() ?? 0,
            right: words.map(\.right).max() ?? 0,
            tile: words[0].tile,
            fit: fit,
            text: words.map(\.text).joined(separator: " ")
        )
    }

    /// Every run of words that stand together.
    private static func runs(of chunk: [TableWord]) -> [Run] {
        chunk.indices.flatMap { start in
            (start..<min(chunk.count, start + mostWords)).map { end in
                let words = Array(chunk[start...end])
                let text = words.map(\.text).joined(separator: " ")
                return Run(words: words, text: text, isWhole: words.count == chunk.count)
            }
        }
    }

    /// Heads that are broken over two lines: what stands over one piece of the lower line alone is its beginning.
    private static func stacks(_ upper: [[TableWord]], _ lower: [[TableWord]]) -> [Run] {
        func overlap(_ left: [TableWord], _ right: [TableWord]) -> Bool {
            guard let a = left.first, let b = left.last, let c = right.first, let d = right.last else { return false }
            return min(b.right, d.right) > max(a.left, c.left)
        }
        return lower.compactMap { below in
            let above = upper.filter { overlap($0, below) }
            guard above.count == 1, lower.count(where: { overlap(above[0], $0) }) == 1 else { return nil }
            let words = above[0] + below
            guard words.count <= 2 * mostWords else { return nil }
            let text = [above[0], below].map { $0.map(\.text).joined(separator: " ") }.joinedLines
            return Run(words: words, text: text, isWhole: true)
        }
    }

    /// Adds what else stands among the heads: to the head it stands with, else as a column that is not asked for.
    private static func add(_ chunks: [[TableWord]], except taken: Set<TableWord>, to columns: inout [TableColumn]) {
        for chunk in chunks {
            let rest = chunk.filter { !taken.contains($0) }
            guard let first = rest.first, let last = rest.last else { continue }
            var (left, right) = (first.left, last.right)
            if rest.count < chunk.count { (left, right) = (chunk[0].left, max(right, chunk[chunk.count - 1].right)) }
            let touched = columns.indices.filter { columns[$0].left < right && columns[$0].right > left }
            guard !touched.isEmpty else {
                columns.append(column(rest, member: nil, fit: 0))
                continue
            }
            for word in rest {
                // The head that is nearest to a word has it.
                let nearest = touched.min { distance(columns[$0], word) < distance(columns[$1], word) }
                guard let nearest, touched.count == 1 || distance(columns[nearest], word) < word.right - word.left
                else {
                    continue
                }
                columns[nearest].left = min(columns[nearest].left, word.left)
                columns[nearest].right = max(columns[nearest].right, word.right)
            }
        }
    }

    private static func distance(_ column: TableColumn, _ word: TableWord) -> Double {
        max(0, word.left - column.right, column.left - word.right)
    }
}

extension [String] {
    /// Lines of one text put together; a word that is broken at the end of a line becomes whole.
    var joinedLines: String {
        reduce("") { text, line in
            guard let last = text.last else { return line }
            if last == "-" || last == "\u{AD}", text.dropLast().last?.isLetter == true, line.first?.isLowercase == true
            {
                return text.dropLast() + line
            }
            return text + " " + line
        }
    }
}
