package import RectoPages

/// A page's own words, prepared for finding values across words, lines, spellings and directions of writing.
package struct TextLayerIndex: Sendable {
    /// A place in the text layer.
    package struct Hit: Sendable, Hashable {
        /// The place, one entry for each line that it covers, in the order of reading.
        package let lines: [Line]
        /// How it matches: `exact` or `fuzzy`.
        package let match: EvidenceMatch
        /// Of a fuzzy match the characters that are inserted, removed or replaced; 0 when only notation, letter case or accents
        /// differ.
        package let distance: Int?
        /// Whether it lies where the model read.
        package let isWhereItWasRead: Bool
        /// The longer number or code of which it is only a piece; nil when it stands for itself.
        package let longerToken: String?
    }

    /// The part of a place that stands on one line.
    package struct Line: Sendable, Hashable {
        /// Its box in points.
        package let box: Box
        /// Its words.
        package let quote: String
    }

    let words: [LayerWord]
    /// The height of most words, in points.
    let wordHeight: Double
    private let alphabet: CharacterCodes
    private let strict: [FoldedWords]
    private let loose: [FoldedWords]
    private let values: [PrintedValues]

    /// Prepares words.
    ///
    /// - Parameter words: The words in the order of the text layer.
    package init(words: [TextLayerWord]) {
        let words = words.map(LayerWord.init)
        let orders = LayerOrder.orders(of: words)
        var alphabet = CharacterCodes()
        let strictly = words.map { FoldedWords.Word($0, isLoose: false, alphabet: &alphabet) }
        let loosely = words.map { FoldedWords.Word($0, isLoose: true, alphabet: &alphabet) }
        let strict = orders.map { FoldedWords(words, folded: strictly, order: $0) }
        let loose = orders.map { FoldedWords(words, folded: loosely, order: $0) }
        self.words = words
        wordHeight = words.isEmpty ? 0 : words.map(\.box.height).sorted()[words.count / 2]
        self.alphabet = alphabet
        self.strict = strict
        self.loose = loose
        values = strict.filter { !$0.order.isTurned }.map { PrintedValues(words, $0) }
    }

    /// Finds a text.
    ///
    /// - Parameters:
    ///   - text: What was read.
    ///   - box: Where it was read; nil when that is not known.
    ///   - notation: How its value is printed.
    /// - Returns: The best place, or nil.
    package func find(_ text: String, near box: Box?, as notation: PrintedNotation = .init()) -> Hit? {
        places(of: text, near: box, as: notation).first
    }

    /// Finds a text and tells every place that is as good as the best.
    ///
    /// Where the box is a line high, in this order: the same text where it was read; the same number or date in another
    /// notation, or the same text but for case and accents, there; nearly the same text there; then the nearest place elsewhere
    /// with the same, and with nearly the same. Texts with digits match nearly only where they were read: elsewhere one wrong
    /// digit is another number.
    ///
    /// A larger box, such as the whole page, does not tell occurrences apart: all that say the same are given, the exact ones
    /// first, those inside the box alone when there are any.
    ///
    /// - Parameters:
    ///   - text: What was read.
    ///   - box: Where it was read; nil when that is not known.
    ///   - notation: How its value is printed.
    /// - Returns: The places, each kind in reading order; more than one when nothing but what stands around them decides.
    package func places(of text: String, near box: Box?, as notation: PrintedNotation = .init()) -> [Hit] {
        let folded = FoldedText(text, isLoose: false)
        guard !folded.characters.isEmpty, !words.isEmpty else { return [] }
        let isNumber = notation.isAmount && PrintedNumber(text, in: notation.locale) != nil
        var search = Search(
            text: text,
            notation: notation,
            isNumber: isNumber,
            exact: [],
            loose: FoldedText(text, isLoose: true)
        )
        search.exact = occurrences(of: folded, in: strict, for: search)
        guard let box, isOfOneLine(box) else { return wide(search, in: box) }
        return precise(search, in: box)
    }

    /// What the text layer says in a place.
    ///
    /// - Parameter box: The place, in points.
    /// - Returns: The words that lie in it, in their order; nil when there are none.
    package func text(in box: Box) -> String? {
        let inside = words.filter { Self.isInside($0.box, box) }
        return inside.isEmpty ? nil : inside.map(\.text).joined(separator: " ")
    }

    /// What is looked for and where it stands exactly.
    private struct Search {
        let text: String
        let notation: PrintedNotation
        /// Whether it is an amount, and one number.
        let isNumber: Bool
        var exact: [LayerPlace]
        let loose: FoldedText

        /// In a text without digits a wrong letter is a misreading; a wrong digit is another number.
        var mayBeMisread: Bool { !text.contains(where: \.isNumber) }
    }

    private func precise(_ search: Search, in box: Box) -> [Hit] {
        let inside = search.exact.filter { Self.isInside($0.bounds, box) }
        if !inside.isEmpty { return inside.map { hit($0, nil, for: search, in: box) } }
        let same = sameElseWritten(search)
        let sameInside = same.filter { Self.isInside($0.bounds, box) }
        if !sameInside.isEmpty { return sameInside.map { hit($0, 0, for: search, in: box) } }
        if let found = similar(to: search.loose, inside: box) {
            return [hit(found.place, found.distance, for: search, in: box)]
        }
        if let place = nearest(search.exact, to: box) { return [hit(place, nil, for: search, in: box)] }
        if let place = nearest(same, to: box) { return [hit(place, 0, for: search, in: box)] }
        guard search.mayBeMisread, let found = similar(to: search.loose, inside: nil) else { return [] }
        return [hit(found.place, found.distance, for: search, in: box)]
    }

    private func wide(_ search: Search, in box: Box?) -> [Hit] {
        let places =
            search.exact.map { (place: $0, distance: Int?.none) }
            + sameElseWritten(search).map { (place: $0, distance: Int?.some(0)) }
        let inside = places.filter { found in box.map { Self.isInside(found.place.bounds, $0) } ?? true }
        let best = inside.isEmpty ? places : inside
        if !best.isEmpty { return best.map { hit($0.place, $0.distance, for: search, in: box) } }
        guard search.mayBeMisread else { return [] }
        let found = box.flatMap { similar(to: search.loose, inside: $0) } ?? similar(to: search.loose, inside: nil)
        return found.map { [hit($0.place, $0.distance, for: search, in: box)] } ?? []
    }

    private func hit(_ place: LayerPlace, _ distance: Int?, for search: Search, in box: Box?) -> Hit {
        Hit(
            lines: place.lines(of: words),
            match: distance == nil ? .exact : .fuzzy,
            distance: distance,
            isWhereItWasRead: box.map { Self.isInside(place.bounds, $0) } ?? true,
            longerToken: place.longerToken(in: words, locale: search.notation.locale, isNumber: search.isNumber)
                ?? (isOfCells(place, search) ? place.pieces.map(\.text).joined(separator: " ") : nil)
        )
    }
}

// MARK: - Matching

extension TextLayerIndex {
    /// Longer texts are not searched with edits, as that would take too long where they stand nowhere.
    private static let longestSimilar = 256

    private func occurrences(of wanted: FoldedText, in views: [FoldedWords], for search: Search) -> [LayerPlace] {
        let codes = wanted.characters.map(alphabet.code)
        let places = views.flatMap { view in
            view.occurrences(of: codes, gaps: wanted.boundaries).map { LayerPlace($0, in: view.order, of: words) }
        }
        return distinct(places.filter { !isOfCells($0, search) })
    }

    /// Whether words have the digits of an amount, and are not one number: `1` beside `1,234.00`.
    private func isOfCells(_ place: LayerPlace, _ search: Search) -> Bool {
        search.isNumber && !place.isOneNumber(in: search.notation.locale)
    }

    /// Places that say the same in other letter case, with other accents or in another notation, and not exactly the same.
    private func sameElseWritten(_ search: Search) -> [LayerPlace] {
        let exact = Set(search.exact.flatMap { $0.pieces.map(\.word) })
        return distinct(occurrences(of: search.loose, in: loose, for: search) + equalValues(to: search, unless: exact))
            .filter { place in !place.pieces.contains { exact.contains($0.word) } }
    }

    /// Runs of words that say the same number or date in another notation; of several around the same digits the one that is
    /// most like the text, the longest among equals.
    private func equalValues(to search: Search, unless exact: Set<Int>) -> [LayerPlace] {
        let pattern = EditPattern(search.loose.characters.map(alphabet.code), alphabetSize: alphabet.count)
        return zip(loose.filter { !$0.order.isTurned }, values).flatMap { view, values in
            values.runs(saying: search.text, in: search.notation.locale) { exact.contains(view.order.words[$0]) }
                .compactMap { choices in
                    let ranked = choices.map { run in
                        (distance: view.distance(pattern, run), count: run.count, run: run)
                    }
                    let best = ranked.min { ($0.distance, $1.count) < ($1.distance, $0.count) }
                    return best.map { LayerPlace(trimmed($0.run, view.order), in: view.order, of: words) }
                }
        }
    }

    /// A run without the sentence marks around it.
    private func trimmed(_ run: ClosedRange<Int>, _ order: LayerOrder) -> WordRun {
        let (first, last) = (words[order.words[run.lowerBound]].text, words[order.words[run.upperBound]].text)
        let marks = first.hasPrefix("(") && last.hasSuffix(")") ? ",;:." : ",;:.()"
        let before = first.prefix { marks.contains($0) }.count
        let after = last.reversed().prefix { marks.contains($0) }.count
        guard before < first.count, after < last.count, run.count > 1 || before + after < first.count else {
            return WordRun(first: run.lowerBound, last: run.upperBound)
        }
        return WordRun(first: run.lowerBound, last: run.upperBound, skippedAtStart: before, skippedAtEnd: after)
    }

    /// The stretch of text that needs fewest edits, a quarter of the characters at most.
    private func similar(to wanted: FoldedText, inside box: Box?) -> (place: LayerPlace, distance: Int)? {
        let limit = wanted.characters.count / 4
        guard limit >= 1, wanted.characters.count <= Self.longestSimilar else { return nil }
        let pattern = EditPattern(wanted.characters.map(alphabet.code), alphabetSize: alphabet.count)
        let isAllowed = words.map { word in box.map { Self.isInside(word.box, $0) } ?? true }
        let found = loose.compactMap { view in
            view.mostSimilar(to: pattern, limit: limit) { isAllowed[view.order.words[$0]] }
                .map { (place: LayerPlace($0.run, in: view.order, of: words), distance: $0.distance) }
        }
        return found.min { $0.distance < $1.distance }
    }

    /// The places without those that another order of the same words gave already.
    private func distinct(_ places: [LayerPlace]) -> [LayerPlace] {
        guard loose.count > 1 else { return places }
        var seen: Set<[Int]> = []
        return places.filter { seen.insert($0.pieces.map(\.word).sorted()).inserted }
    }
}

// MARK: - Places

extension TextLayerIndex {
    /// A box of more lines does not say which of them is meant.
    private static let mostLineHeights = 3.0

    /// Whether a box is about as high as the words in it.
    private func isOfOneLine(_ box: Box) -> Bool {
        let inside = words.lazy.filter { Self.isInside($0.box, box) }.map(\.box.height).sorted()
        let height = inside.isEmpty ? wordHeight : inside[inside.count / 2]
        return box.height <= Self.mostLineHeights * height
    }

    private func nearest(_ places: [LayerPlace], to box: Box) -> LayerPlace? {
        func distance(_ place: LayerPlace) -> Double {
            let bounds = place.bounds
            let x = (bounds.x0 + bounds.x1 - box.x0 - box.x1) / 2
            let y = (bounds.y0 + bounds.y1 - box.y0 - box.y1) / 2
            return x * x + y * y
        }
        return places.enumerated().min { (distance($0.element), $0.offset) < (distance($1.element), $1.offset) }?
            .element
    }

    /// Whether at least half of a box lies inside another, two points around it allowed.
    private static func isInside(_ inner: Box, _ outer: Box) -> Bool {
        let wide = Box(x0: outer.x0 - 2, y0: outer.y0 - 2, x1: outer.x1 + 2, y1: outer.y1 + 2)
        guard let shared = inner.intersection(wide) else { return false }
        return shared.width * shared.height >= 0.5 * inner.width * inner.height
    }
}
