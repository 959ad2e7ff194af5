package import RectoPages
import RectoSchema

/// A page's own words, prepared for finding values across words, lines and spellings.
package struct TextLayerIndex: Sendable {
    /// A place in the text layer.
    package struct Hit: Sendable, Hashable {
        /// The place, one entry for each line that it covers.
        package let lines: [Line]
        /// How it matches: `exact` or `fuzzy`.
        package let match: EvidenceMatch
        /// Whether it lies where the model read.
        package let isWhereItWasRead: Bool
    }

    /// The part of a place that stands on one line.
    package struct Line: Sendable, Hashable {
        /// Its box in points.
        package let box: Box
        /// Its words.
        package let quote: String
    }

    private let words: [TextLayerWord]
    private let strict: FoldedWords
    private let loose: FoldedWords

    /// Prepares words.
    ///
    /// - Parameter words: The words in reading order.
    package init(words: [TextLayerWord]) {
        self.words = words
        strict = FoldedWords(words.map(\.text), isLoose: false)
        loose = FoldedWords(words.map(\.text), isLoose: true)
    }

    /// Finds a text.
    ///
    /// In this order: the same text where it was read; the same number or date in another notation, or the same text but for
    /// case and accents, there; nearly the same text there; then the same, and nearly the same, elsewhere. Texts with digits
    /// match nearly only where they were read: elsewhere one wrong digit is another number.
    ///
    /// - Parameters:
    ///   - text: What was read.
    ///   - box: Where it was read; nil when that is not known.
    /// - Returns: The best place, or nil.
    package func find(_ text: String, near box: Box?) -> Hit? {
        let wanted = FoldedText(text, isLoose: false).characters
        let wantedLoosely = FoldedText(text, isLoose: true).characters
        guard !wanted.isEmpty, !words.isEmpty else { return nil }
        let exact = strict.occurrences(of: wanted)
        if let place = nearest(exact, to: box, onlyInside: true) { return hit(place, .exact, in: box) }
        let same = loose.occurrences(of: wantedLoosely) + equalValues(to: text)
        if let place = nearest(same, to: box, onlyInside: true) { return hit(place, .fuzzy, in: box) }
        if let box, let place = similar(to: wantedLoosely, inside: box) { return hit(place, .fuzzy, in: box) }
        if let place = nearest(exact, to: box, onlyInside: false) { return hit(place, .exact, in: box) }
        if let place = nearest(same, to: box, onlyInside: false) { return hit(place, .fuzzy, in: box) }
        if !text.contains(where: \.isNumber), let place = similar(to: wantedLoosely, inside: nil) {
            return hit(place, .fuzzy, in: box)
        }
        return nil
    }

    /// Runs of words that say the same number or date in another notation.
    private func equalValues(to text: String) -> [WordRun] {
        let number = AmountParser().parse(text)
        let date = DateParser().parse(text)
        guard number != nil || date != nil else { return [] }
        let digits = number.map { Self.significantDigits(of: $0.text) }
        var runs: [WordRun] = []
        for start in words.indices where words[start].text.count <= Self.longestValue {
            for end in start..<min(start + 4, words.count) {
                let run = words[start...end].map(\.text).joined(separator: " ").trimmingPunctuation
                guard run.count <= Self.longestValue else { break }
                if date == nil, let digits, Self.significantDigits(of: run) != digits { continue }
                let isSame =
                    if let date { DateParser().parse(run) == date } else {
                        number.flatMap { number in AmountParser().parse(run).map(number.isSameValue) } ?? false
                    }
                if isSame { runs.append(WordRun(first: start, last: end)) }
            }
        }
        return runs
    }

    /// No printed number or date is longer.
    private static let longestValue = 32
    /// Longer texts are not searched with edits: that would take the square of their length for every word.
    private static let longestSimilar = 64

    /// The digits without zeros at either end: what no notation changes.
    private static func significantDigits(of text: String) -> [UInt8] {
        let digits = text.utf8.filter { (0x30...0x39).contains($0) }
        guard let first = digits.firstIndex(where: { $0 != 0x30 }), let last = digits.lastIndex(where: { $0 != 0x30 })
        else { return [] }
        return Array(digits[first...last])
    }

    /// The run of words that needs fewest edits, a quarter of the characters at most.
    private func similar(to wanted: [Character], inside box: Box?) -> WordRun? {
        let limit = wanted.count / 4
        guard limit >= 1, wanted.count <= Self.longestSimilar else { return nil }
        var best: (run: WordRun, distance: Int)?
        for start in words.indices where box.map({ Self.isInside(words[start].box, $0) }) ?? true {
            for end in start..<words.count where box.map({ Self.isInside(words[end].box, $0) }) ?? true {
                let characters = loose.characters(of: WordRun(first: start, last: end))
                if characters.count > wanted.count + limit { break }
                guard let distance = editDistance(wanted[...], characters, limit: limit),
                    distance < best?.distance ?? Int.max
                else { continue }
                best = (WordRun(first: start, last: end), distance)
            }
        }
        return best?.run
    }

    private func nearest(_ runs: [WordRun], to box: Box?, onlyInside: Bool) -> WordRun? {
        guard let box else { return runs.first }
        let ranked = runs.enumerated().compactMap { order, run -> (distance: Double, order: Int, run: WordRun)? in
            let place = bounds(run)
            if Self.isInside(place, box) { return (-1, order, run) }
            guard !onlyInside else { return nil }
            let x = (place.x0 + place.x1 - box.x0 - box.x1) / 2
            let y = (place.y0 + place.y1 - box.y0 - box.y1) / 2
            return ((x * x + y * y).squareRoot(), order, run)
        }
        return ranked.min { ($0.distance, $0.order) < ($1.distance, $1.order) }?.run
    }

    /// Whether at least half of a box lies inside another, two points around it allowed.
    private static func isInside(_ inner: Box, _ outer: Box) -> Bool {
        let wide = Box(x0: outer.x0 - 2, y0: outer.y0 - 2, x1: outer.x1 + 2, y1: outer.y1 + 2)
        guard let shared = inner.intersection(wide) else { return false }
        return shared.width * shared.height >= 0.5 * inner.width * inner.height
    }

    private func bounds(_ run: WordRun) -> Box {
        let lines = lines(of: run)
        return lines.dropFirst().reduce(lines[0].box) { $0.union($1.box) }
    }

    private func hit(_ run: WordRun, _ match: EvidenceMatch, in box: Box?) -> Hit {
        let isThere = box.map { Self.isInside(bounds(run), $0) } ?? true
        return Hit(lines: lines(of: run), match: match, isWhereItWasRead: isThere)
    }

    /// Cuts a run into lines: a word that begins left of the one before, or stands above or below it, begins a new one.
    private func lines(of run: WordRun) -> [Line] {
        var lines: [Line] = []
        var previous: Box?
        for place in run.first...run.last {
            let (text, box) = piece(of: place, run: run)
            if let previous, let line = lines.last {
                let middle = (box.y0 + box.y1) / 2
                if box.x0 >= previous.x0, (previous.y0...max(previous.y0, previous.y1)).contains(middle) {
                    lines[lines.count - 1] = Line(box: line.box.union(box), quote: line.quote + " " + text)
                    continue
                }
            }
            lines.append(Line(box: box, quote: text))
            previous = box
        }
        return lines
    }

    /// A word of a run, without what stands in it before or after the match; the box is cut by characters.
    private func piece(of place: Int, run: WordRun) -> (text: String, box: Box) {
        let word = words[place]
        let count = word.text.count
        let start = place == run.first ? run.skippedAtStart : 0
        let end = count - (place == run.last ? run.skippedAtEnd : 0)
        guard count > 0, start > 0 || end < count, start < end else { return (word.text, word.box) }
        var box = word.box
        box.x0 = word.box.x0 + word.box.width * Double(start) / Double(count)
        box.x1 = word.box.x0 + word.box.width * Double(end) / Double(count)
        return (String(word.text.dropFirst(start).prefix(end - start)), box)
    }
}

extension String {
    /// The text without sentence marks around it.
    fileprivate var trimmingPunctuation: String {
        var text = self[...].drop { ",;:".contains($0) }
        while let last = text.last, ",;:.".contains(last) { text.removeLast() }
        return String(text)
    }
}
