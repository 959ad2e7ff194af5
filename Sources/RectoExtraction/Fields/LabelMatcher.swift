/// Compares the text of a tile with the labels that may stand beside a value.
package struct LabelMatcher: Sendable {
    /// Where a label was found in a text.
    package struct Match: Sendable, Hashable {
        /// How well it fits, from 0 to 1.
        package fileprivate(set) var fit: Double
        /// Whether the text begins with the label, as a caption does and running text does not.
        package let isAtStart: Bool
        /// The offset in characters at which the text after the label begins.
        package fileprivate(set) var end: Int
        /// Whether it is only a part of its caption, which names something else (`Total discount` for `Total`).
        package fileprivate(set) var isPart = false

        /// The caption of a tile that no label fits, and that the model took for the field's.
        ///
        /// - Parameters:
        ///   - text: The tile's text; its caption ends at the colon, else before the first word with a digit.
        ///   - fit: How sure it is that this is the field's label.
        /// - Returns: The match.
        static func caption(of text: String, fit: Double) -> Match {
            let words = text.split(separator: " ")
            let end =
                text.firstIndex(of: ":").map { text.index(after: $0) }
                ?? words.first { $0.contains(where: \.isNumber) }?.startIndex
            return Match(
                fit: fit,
                isAtStart: true,
                end: end.map { text.distance(from: text.startIndex, to: $0) } ?? .max
            )
        }
    }

    private let labels: [[Character]]
    /// What may not be taken for a word of a label that is written alike.
    private let opposites: [[Character]: [String]]
    /// Words of labels of several words that may be printed shorter, folded; one word alone shortened may be anything (`Mon.`).
    private let longWords: [String]
    /// Labels without the rate that they are listed with.
    private let bareLabels: Set<[Character]>
    /// What tells a caption from a part of it; nil where it is not known what the values are.
    private let captions: CaptionExtent?

    /// Creates a matcher.
    ///
    /// - Parameters:
    ///   - labels: What may be printed beside the value.
    ///   - kind: What the value is on paper; nil where the labels belong to several values.
    ///   - names: What else the value is called; that may stand beside a label without changing its meaning.
    package init(labels: [String], kind: ValueKind? = nil, names: [String] = []) {
        captions = kind.map { CaptionExtent(labels: labels + names, kind: $0) }
        func plain(_ label: String) -> [Character] { Self.withoutEnd(FoldedText(label, isLoose: true).characters) }
        let listed = Set(labels.map(plain))
        bareLabels = Set(labels.compactMap(Rate.removed).map(plain)).subtracting(listed)
        let several = labels.map { $0.split { !$0.isLetter } }.filter { $0.count > 1 }
        longWords = Set(several.flatMap { $0 }.filter { $0.count >= 6 })
            .map { String(FoldedText(String($0), isLoose: true).characters) }.sorted()
        self.labels = labels.flatMap(Self.spellings).map(plain).filter { !$0.isEmpty }
        opposites = Dictionary(labels.flatMap(Self.spellings).map { (plain($0), Self.opposites(of: $0)) }) { one, _ in
            one
        }
        .filter { !$0.value.isEmpty }
    }

    /// Finds the label that fits best.
    ///
    /// A label must begin at a word. The fit is the share of its characters that need no edit; it is lowered by a fifth when
    /// words before it or after it belong to the same label (`Sub Total`, `Invoice date` for `Invoice`). Where it is known what
    /// the value is, words that leave the caption's meaning alone cost next to nothing (`CaptionExtent`). A word shortened with a point
    /// (`Cust. no.`) costs a twentieth. Digits must
    /// be the same: `Line 3` is not nearly `Line 2`; only rates differ from document to document (`VAT 20 %`).
    ///
    /// - Parameter text: What was read in a tile.
    /// - Returns: The best match; nil when less than half of every label is there.
    package func match(_ text: String) -> Match? {
        let best = matchSpelled(text)
        guard best.map({ $0.fit < 0.9 || !$0.isAtStart }) ?? true else { return best }
        return abbreviations(in: text).compactMap { word, length in
            guard var match = matchSpelled(word + text.dropFirst(length)), match.isAtStart else { return nil }
            if match.end != .max { match.end = max(length, match.end - word.count + length) }
            match.fit *= 0.95
            return match
        }
        .reduce(best) { best, match in best.map { match.rank > $0.rank } ?? true ? match : best }
    }

    /// The labels' words of which a text begins with a part and a point (`Cust. no.`), and how long that is.
    private func abbreviations(in text: String) -> [(word: String, length: Int)] {
        guard let point = text.firstIndex(of: ".") else { return [] }
        let part = text[..<point]
        guard part.count >= 3, part.allSatisfy(\.isLetter) else { return [] }
        let folded = String(FoldedText(String(part), isLoose: true).characters)
        let hasMore = text.index(after: point) < text.endIndex && text[text.index(after: point)].isLetter
        return longWords.filter { $0.hasPrefix(folded) && $0.count >= folded.count + 2 && $0.count <= 2 * folded.count }
            .map { ($0 + (hasMore ? " " : ""), part.count + 1) }
    }

    private func matchSpelled(_ text: String) -> Match? {
        let folded = FoldedText(text, isLoose: true)
        var best: Match?
        for label in labels {
            for start in folded.characters.indices where folded.isWordBoundary(start) {
                guard let found = match(label, text, folded, from: start), found.fit > 0.5,
                    best.map({ found.rank > $0.rank }) ?? true
                else { continue }
                best = found
            }
        }
        return best
    }

    /// The best match of a label that begins at a place, with the rest of its caption looked at.
    private func match(_ label: [Character], _ text: String, _ folded: FoldedText, from start: Int) -> Match? {
        // Captions only lower the fit, and looking at them costs most.
        guard var found = match(label, in: folded, from: start), found.fit > 0.5 else { return nil }
        let after = found.end == .max ? text[text.endIndex...] : text.dropFirst(found.end)
        // Another rate than the label's may be another tax.
        if bareLabels.contains(label), Rate.dropped(from: after) != nil { found.fit *= 0.85 }
        guard let captions else { return found }
        let whole = found.fit
        switch captions.extent(before: text.prefix(folded.offsets[start]), after: after) {
        case .whole: break
        case .filled: found.fit = whole * 0.97
        case .open: found.fit = whole * 0.8
        case .part: (found.fit, found.isPart) = (whole * 0.8, true)
        }
        return found
    }

    private func match(_ label: [Character], in folded: FoldedText, from start: Int) -> Match? {
        let characters = folded.characters
        guard characters[start].isLetter || characters[start] == label.first, mayBegin(folded, at: start) else {
            return nil
        }
        // distances[j]: edits that turn the label into the j characters from `start` on.
        let width = min(characters.count - start, label.count + label.count / 3 + 1)
        var distances = Array(0...width)
        for (i, wanted) in label.enumerated() {
            var diagonal = distances[0]
            distances[0] = i + 1
            for j in 0..<width {
                let replaced = diagonal + (wanted == characters[start + j] ? 0 : 1)
                diagonal = distances[j + 1]
                distances[j + 1] = min(replaced, diagonal + 1, distances[j] + 1)
            }
        }
        let digits = label.contains("%") ? [] : label.filter(\.isNumber)
        let opposites = opposites[label] ?? []
        var best: Match?
        // Of three letters the loss of one makes another word: `TX` is no tax; and a currency is no misread name. Two letters of a
        // short word are another word: a patient is no payment.
        func mayBeMisread(_ count: Int) -> Bool {
            guard label.count > 3 else {
                let read = String(characters[start..<start + count]).uppercased()
                return count == label.count && CurrencyTable.codes(of: read) == nil && read.allSatisfy(\.isLetter)
            }
            return label.count > Self.shortLabel || distances[count] <= 1
        }
        for j in 1...width where distances[j] == 0 || mayBeMisread(j) {
            let isWhole = folded.isWordBoundary(start + j)
            var fit = 1 - (Double(distances[j]) + (isWhole ? 0 : 0.5)) / Double(label.count)
            // `Invoice` alone is not quite `Invoice #`.
            if label.last == "#", characters[start + j - 1] != "#" { fit *= 0.85 }
            if fit > 0, captions == nil, isPartOfLongerLabel(folded, from: start, to: start + j) { fit *= 0.8 }
            if fit > 0, captions != nil, !isWhole { fit *= 0.8 }
            if !digits.isEmpty, digits != characters[start..<start + j].filter(\.isNumber) { fit = 0 }
            guard fit > (best?.fit ?? 0) else { continue }
            if distances[j] > 0, !opposites.isEmpty,
                Self.words(of: folded, from: start, to: start + j).contains(where: {
                    opposites.contains(where: $0.hasPrefix)
                })
            {
                continue
            }
            let end = start + j < characters.count ? folded.offsets[start + j] : Int.max
            best = Match(fit: fit, isAtStart: start == 0, end: end)
        }
        return best
    }

    /// Of a label of at most this many characters one may be misread.
    private static let shortLabel = 8
    /// Beginnings of words that make a number that of a tax, of an account or of a company, however alike the rest is: `NIF cliente` is no `Nº cliente`.
    private static let others = [
        "nif", "cif", "vat", "ust", "tva", "iva", "btw", "steuer", "siret", "konto", "compte", "cuenta", "conto",
        "rekening",
        "account", "iban", "company", "siren",
    ]
    /// Words that are written alike and mean the contrary, folded; longer words begin with them (`Bruttobetrag`).
    private static let contraries = [
        ("netto", "brutto"), ("excl", "incl"), ("exkl", "inkl"), ("ht", "ttc"), ("due", "date"),
    ]

    /// The contraries of a label's words: what says one of them is another amount, and not a misread label.
    private static func opposites(of label: String) -> [String] {
        let words = words(of: FoldedText(label, isLoose: true), from: 0, to: .max)
        func says(_ beginning: String) -> Bool { words.contains { $0.hasPrefix(beginning) } }
        return others.filter { other in !words.contains { $0.contains(other) } }
            + contraries.flatMap { one, other -> [String] in
                switch (says(one), says(other)) {
                case (true, false): [other]
                case (false, true): [one]
                // `Date due` says both, which is no contradiction.
                default: []
                }
            }
    }

    /// The words that begin in a range of a text.
    private static func words(of text: FoldedText, from start: Int, to end: Int) -> [String] {
        var words: [String] = []
        for index in start..<text.characters.count {
            if index == start || text.isWordBoundary(index) {
                if index >= end { break }
                words.append("")
            }
            words[words.count - 1].append(text.characters[index])
        }
        return words
    }

    /// A label begins a word, and not in the middle of an address such as `a@mail.test`.
    private func mayBegin(_ folded: FoldedText, at start: Int) -> Bool {
        start == 0 || folded.boundaries[start] || "(/".contains(folded.characters[start - 1])
    }

    private func isPartOfLongerLabel(_ folded: FoldedText, from start: Int, to end: Int) -> Bool {
        let characters = folded.characters
        let before = start > 0 && characters[start - 1].isLetter
        let after = end < characters.count && characters[end].isLetter && characters[end - 1] != ":"
        return before || after
    }

    /// A label that ends in "number" is often printed shorter, a rate may stand apart from it, or not at all, and short names in
    /// capitals may have points (`V.A.T.`).
    private static func spellings(of label: String) -> [String] {
        if let bare = Rate.removed(from: label) { return [label, bare] + dotted(bare) }
        guard let ending = ["number", "no."].first(where: { label.lowercased().hasSuffix(" " + $0) }) else {
            return [label] + dotted(label)
        }
        let stem = label.dropLast(ending.count)
        // `PO ID` is nearly `Paid`.
        let endings = stem.count > 3 ? ["no.", "nr.", "#", "ID"] : ["no.", "nr.", "#"]
        return [label] + endings.map { stem + $0 }
    }

    private static func dotted(_ label: String) -> [String] {
        guard (2...4).contains(label.count), label.allSatisfy({ $0.isLetter && $0.isUppercase }) else { return [] }
        return [label.map { "\($0)." }.joined()]
    }

    /// Labels are compared without the colon that may follow them.
    private static func withoutEnd(_ characters: [Character]) -> [Character] {
        var characters = characters
        while let last = characters.last, last == ":" || last == "." { characters.removeLast() }
        return characters
    }
}

extension LabelMatcher.Match {
    /// What the best match has most of: a whole caption wins over a part of one, among equals the one that begins the text.
    fileprivate var rank: (Double, Int) { (isPart ? 0.6 * fit : fit, isAtStart ? 1 : 0) }
}
