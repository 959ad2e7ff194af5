public import RectoPages
public import RectoSchema

/// What is known to be true of a document: the labels that its reading is measured against.
public struct DocumentLabels: Sendable {
    /// The true text.
    public enum Text: Sendable, Hashable {
        /// Of the document as a whole.
        case whole(String)
        /// Of pages, by their numbers from 1.
        case pages([Int: String])
    }

    /// Where a value stands on the document.
    public struct Place: Sendable, Hashable {
        /// The page.
        public let page: PageNumber
        /// The place on the page in points.
        public let box: Box

        /// Whether evidence points at the place: same page, and the boxes share an area.
        ///
        /// - Parameter evidence: What a record says.
        /// - Returns: Whether both overlap.
        public func overlaps(_ evidence: Evidence) -> Bool {
            evidence.page == page && evidence.box?.intersection(box) != nil
        }
    }

    /// The fields that should be read, `null` for what the document does not say; what is not here is not measured.
    public let fields: JSONObject
    /// Where the values of `fields` really stand, by their pointers; fields that are not here are not located.
    public let places: [JSONPointer: [Place]]
    /// The true text; nil when the transcription is not measured.
    public let text: Text?

    /// Takes labels from the files beside a document.
    ///
    /// - Parameters:
    ///   - expected: The fields as a record would have them; `pages` in the form of a transcription becomes the text.
    ///   - evidence: Where the values stand, in the form of a record's `evidence`; what has no box is passed over.
    ///   - text: The true text, its pages separated by form feeds as `pdftotext` writes them; it wins over `pages`.
    public init(expected: JSONObject, evidence: JSONObject = [:], text: String? = nil) {
        var fields = expected
        let pages = Self.pages(of: expected)
        if pages != nil { fields["pages"] = nil }
        self.fields = fields
        places = Self.places(of: evidence)
        self.text = text.map(Self.text) ?? pages.map(Text.pages)
    }

    /// Compares the true text with a transcription.
    ///
    /// - Parameter fields: The fields of the transcription's record; a document that failed has none.
    /// - Returns: The errors; nil when there is no true text.
    func characterErrors(in fields: JSONObject) -> CharacterErrors? {
        let found = Self.pages(of: fields) ?? [:]
        switch text {
        case nil: return nil
        case .whole(let expected):
            let texts = found.sorted { $0.key < $1.key }.map(\.value)
            return CharacterErrors(expected: expected, found: texts.joined(separator: "\n"))
        case .pages(let expected):
            var errors = CharacterErrors()
            for page in Set(expected.keys).union(found.keys) {
                errors.add(CharacterErrors(expected: expected[page] ?? "", found: found[page] ?? ""))
            }
            return errors
        }
    }

    private static func places(of evidence: JSONObject) -> [JSONPointer: [Place]] {
        var places: [JSONPointer: [Place]] = [:]
        for member in evidence {
            guard let pointer = JSONPointer(parsing: member.key) else { continue }
            for entry in member.value.arrayValue ?? [] {
                let numbers = entry.objectValue?["box"]?.arrayValue?.compactMap { $0.numberValue?.doubleValue } ?? []
                guard let page = entry.objectValue?["page"]?.numberValue?.intValue, page > 0, numbers.count == 4 else {
                    continue
                }
                let box = Box(x0: numbers[0], y0: numbers[1], x1: numbers[2], y1: numbers[3])
                places[pointer, default: []].append(Place(page: PageNumber(page), box: box))
            }
        }
        return places
    }

    private static func text(_ text: String) -> Text {
        var pages = text.split(separator: "\u{C}", omittingEmptySubsequences: false).map(String.init)
        if pages.count > 1, pages.last?.allSatisfy(\.isWhitespace) == true { pages.removeLast() }
        guard pages.count > 1 else { return .whole(pages.first ?? "") }
        return .pages(Dictionary(uniqueKeysWithValues: pages.enumerated().map { ($0.offset + 1, $0.element) }))
    }

    /// The pages of a transcription, `[{"page": 1, "text": "…"}]`; a page without a number has that of its place.
    private static func pages(of fields: JSONObject) -> [Int: String]? {
        guard let entries = fields["pages"]?.arrayValue, !entries.isEmpty else { return nil }
        var pages: [Int: String] = [:]
        for (index, entry) in entries.enumerated() {
            guard let entry = entry.objectValue, let text = entry["text"]?.stringValue else { return nil }
            pages[entry["page"]?.numberValue?.intValue ?? index + 1] = text
        }
        return pages
    }
}
