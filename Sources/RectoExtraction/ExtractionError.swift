public import RectoPages
import RectoSchema

/// What can go wrong between tiles and fields.
public enum ExtractionError: RectoError, Hashable, Codable {
    /// A schema's text is no JSON.
    case schemaSyntax(file: String, line: Int, column: Int, reason: String)
    /// A schema uses a keyword that Recto does not know or cannot extract.
    case unsupportedKeyword(keyword: String, pointer: String, reason: String)
    /// A keyword of a schema has a value that it may not have.
    case invalidSchema(keyword: String, pointer: String, reason: String)
    /// A required field was not found on any page.
    case requiredFieldMissing(pointer: String, title: String)
    /// Something was read for a field, but it does not satisfy the schema.
    case valueInvalid(pointer: String, quote: String, expected: String)
    /// Different values were read for a field whose answers must agree.
    case contradictingAnswers(pointer: String, values: [String], pages: [Int])
    /// Different currencies stand beside a field's labels and nothing says which one counts.
    case currencyUndecided(pointer: String, currencies: [String], pages: [Int])
    /// The fields do not satisfy the schema at a place, and nothing that was read there explains it.
    case schemaViolated(pointer: String, found: String, expected: String)
    /// A list has fewer or more elements than the schema wants.
    case listCount(pointer: String, count: Int, minimum: Int?, maximum: Int?)
    /// A table has a column under a head that fits no label, where that of a member would stand and with what it may hold.
    case columnUnknown(pointer: String, member: String, head: String, page: Int)
    /// A word stands in the place of two cells of a table, and nothing tells where one ends.
    case cellsMerged(pointer: String, quote: String, page: Int)
    /// A line has all columns of a table, but stands apart from it.
    case rowLeftOut(pointer: String, quote: String, page: Int)
    /// The text of a tile did not come to an end; 0-based tile index in reading order.
    case textCutShort(page: Int, tile: Int)
    /// A model's DocTags are not in order: 0-based offset in characters of the first fault, and how many there are.
    case docTagsMalformed(page: Int, offset: Int, reason: String, count: Int)
    /// The answer to a field's question did not come to an end.
    case answerCutShort(page: Int, pointer: String)
    /// A page needs more images in one prompt than the checkpoint takes, or similar.
    case incompatibleModel(model: String, reason: String)
    /// The model gave fewer or more answers than questions.
    case answerCount(expected: Int, found: Int)
    /// The model's answer for a field is no JSON although it was asked for.
    case answerNotJSON(pointer: String, found: String)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .schemaSyntax: "schema.syntax"
        case .unsupportedKeyword: "schema.unsupported-keyword"
        case .invalidSchema: "schema.invalid"
        case .requiredFieldMissing: "extraction.required-field-missing"
        case .valueInvalid: "extraction.value-invalid"
        case .contradictingAnswers: "extraction.contradicting-answers"
        case .currencyUndecided: "extraction.currency-undecided"
        case .schemaViolated: "extraction.schema-violated"
        case .listCount: "extraction.list-count"
        case .columnUnknown: "extraction.column-unknown"
        case .cellsMerged: "extraction.cells-merged"
        case .rowLeftOut: "extraction.row-left-out"
        case .textCutShort: "extraction.text-cut-short"
        case .docTagsMalformed: "doctags.malformed"
        case .answerCutShort: "extraction.answer-cut-short"
        case .incompatibleModel: "extraction.incompatible-model"
        case .answerCount: "extraction.answer-count"
        case .answerNotJSON: "extraction.answer-not-json"
        }
    }

    /// Whose fault it is.
    public var category: FailureCategory {
        switch self {
        case .requiredFieldMissing, .valueInvalid, .contradictingAnswers, .currencyUndecided, .schemaViolated,
            .listCount, .columnUnknown, .cellsMerged, .rowLeftOut, .textCutShort, .docTagsMalformed, .answerCutShort:
            .document
        case .schemaSyntax, .unsupportedKeyword, .invalidSchema, .incompatibleModel, .answerCount, .answerNotJSON:
            .defect
        }
    }

    /// What was found and what was expected.
    public var facts: [String: String] {
        switch self {
        case .schemaSyntax(let file, let line, let column, let reason):
            ["file": file, "line": String(line), "column": String(column), "reason": reason]
        case .unsupportedKeyword(let keyword, let pointer, let reason),
            .invalidSchema(let keyword, let pointer, let reason):
            ["keyword": keyword, "pointer": pointer, "reason": reason]
        case .requiredFieldMissing(let pointer, let title): ["pointer": pointer, "title": title]
        case .valueInvalid(let pointer, let quote, let expected):
            ["pointer": pointer, "found": quote, "expected": expected]
        case .schemaViolated(let pointer, let found, let expected):
            ["pointer": pointer, "found": found, "expected": expected]
        case .contradictingAnswers(let pointer, let values, let pages),
            .currencyUndecided(let pointer, let values, let pages):
            [
                "pointer": pointer, "found": values.joined(separator: " | "),
                "pages": pages.map(String.init).joined(separator: ", "),
            ]
        case .listCount(let pointer, let count, let minimum, let maximum):
            ["pointer": pointer, "count": String(count)].merging(
                [("minimum", minimum), ("maximum", maximum)].compactMap { name, bound in
                    bound.map { (name, String($0)) }
                },
                uniquingKeysWith: { first, _ in first }
            )
        case .columnUnknown(let pointer, let member, let head, let page):
            ["pointer": pointer, "member": member, "found": head, "page": String(page)]
        case .cellsMerged(let pointer, let quote, let page), .rowLeftOut(let pointer, let quote, let page):
            ["pointer": pointer, "found": quote, "page": String(page)]
        case .textCutShort(let page, let tile): ["page": String(page), "tile": String(tile)]
        case .docTagsMalformed(let page, let offset, let reason, let count):
            ["page": String(page), "offset": String(offset), "found": reason, "count": String(count)]
        case .answerCutShort(let page, let pointer): ["page": String(page), "pointer": pointer]
        case .incompatibleModel(let model, let reason): ["model": model, "reason": reason]
        case .answerCount(let expected, let found): ["expected": String(expected), "found": String(found)]
        case .answerNotJSON(let pointer, let found): ["pointer": pointer, "found": found]
        }
    }

    /// One sentence that says what happened, where, and what to do.
    public var description: String {
        switch self {
        case .schemaSyntax(let file, let line, let column, let reason):
            "\(file):\(line):\(column): the schema is not valid JSON: \(reason)."
        case .unsupportedKeyword(let keyword, let pointer, let reason):
            "The schema's keyword \"\(keyword)\" at \"\(pointer)\" is not supported: \(reason)."
        case .invalidSchema(let keyword, let pointer, let reason):
            "The schema's \"\(keyword)\" at \"\(pointer)\" is wrong: \(reason)."
        case .requiredFieldMissing(let pointer, let title):
            "The required field \(pointer) (\"\(title)\") was not found on any page that was read; "
                + "make it optional in the schema or add its printed label under x-recto.labels."
        case .valueInvalid(let pointer, let quote, let expected):
            "\"\(quote)\" was read for \(pointer), but the schema wants \(expected); "
                + "look at the page, and relax the schema if the value is right."
        case .contradictingAnswers(let pointer, let values, let pages):
            "Different values were read for \(pointer), \(Self.list(values, pages)), and its merge policy is must-agree; "
                + "look at the pages, or let the policy be best or first."
        case .currencyUndecided(let pointer, let currencies, let pages):
            "Different currencies were read for \(pointer), \(Self.list(currencies, pages)), and nothing says which one counts; "
                + "look at the page, name the label of the amounts under x-recto.labels, or let x-recto.merge be first."
        case .schemaViolated(let pointer, let found, let expected):
            "The fields do not satisfy the schema\(pointer.isEmpty ? "" : " at \(pointer)"): it wants \(expected), and there is "
                + "\(found); look at the pages, and relax the schema if nothing else can be read."
        case .listCount(let pointer, let count, let minimum, let maximum):
            "The list \(pointer) has \(count) elements, but the schema wants "
                + [minimum.map { "at least \($0)" }, maximum.map { "at most \($0)" }].compactMap(\.self)
                .joined(separator: " and ")
                + "; look at the pages and at the labels of its columns under x-recto.labels, or change the bounds."
        case .columnUnknown(let pointer, let member, let head, let page):
            "The table of \(pointer) on page \(page) has no head that fits \"\(member)\", but a column \"\(head)\" where it would "
                + "stand; add that head to the member's x-recto.labels, or describe the column as a member of its own if it is another."
        case .cellsMerged(let pointer, let quote, let page):
            "\"\(quote)\" on page \(page) also stands where \(pointer) would, which is empty; look at the page: "
                + "it may be two cells without a gap between them."
        case .rowLeftOut(let pointer, let quote, let page):
            "The line \"\(quote)\" on page \(page) has the columns of \(pointer), but stands apart from its table and was left "
                + "out; look at the page, and repeat the table's heads above it if it is a row."
        case .textCutShort(let page, let tile):
            "The text of tile \(tile) on page \(page) did not come to an end and was cut; "
                + "look at the page, or split it into smaller tiles."
        case .docTagsMalformed(let page, let offset, let reason, let count):
            "The model's DocTags of page \(page) have \(count == 1 ? "a fault" : "\(count) faults, the first") at character \(offset): "
                + "\(reason); all of its text is kept, but look at the page."
        case .answerCutShort(let page, let pointer):
            "The answer for \(pointer) on page \(page) did not come to an end and was not used; "
                + "look at the page, or bound the field with maxLength."
        case .incompatibleModel(let model, let reason):
            "The model \(model) cannot do what this stage wants: \(reason)."
        case .answerCount(let expected, let found):
            "The model gave \(found) answers to \(expected) questions; this is a mistake in Recto, please report it."
        case .answerNotJSON(let pointer, let found):
            "The model answered \(JSONWriter().string(.string(found))) for \(pointer), which is no JSON; "
                + "a model must hold its answers by the request's schema."
        }
    }

    /// `"100.00" on page 1 and "120.00" on page 3`.
    private static func list(_ values: [String], _ pages: [Int]) -> String {
        zip(values, pages).map { value, page in "\"\(value)\" on page \(page)" }.joined(separator: " and ")
    }
}

extension ExtractionError {
    /// Whether it says what is wrong with a place of the fields.
    ///
    /// - Parameter place: A place where the fields do not satisfy the schema.
    /// - Returns: Whether that place is the error's.
    func names(_ place: JSONPointer) -> Bool {
        switch self {
        case .requiredFieldMissing(let pointer, _), .valueInvalid(let pointer, _, _),
            .contradictingAnswers(let pointer, _, _),
            .currencyUndecided(let pointer, _, _), .schemaViolated(let pointer, _, _), .listCount(let pointer, _, _, _),
            .answerCutShort(_, let pointer), .cellsMerged(let pointer, _, _), .rowLeftOut(let pointer, _, _):
            pointer == place.description
        case .columnUnknown(let pointer, let member, _, _):
            // It speaks of that member in every row.
            place.tokens.last == member && JSONPointer(place.tokens.dropLast(2)).description == pointer
        case .schemaSyntax, .unsupportedKeyword, .invalidSchema, .textCutShort, .docTagsMalformed, .incompatibleModel,
            .answerCount, .answerNotJSON:
            false
        }
    }

    /// The error of a field whose answers must agree.
    ///
    /// - Parameter conflict: The answers.
    /// - Returns: The error.
    static func contradictingAnswers(_ conflict: FieldConflict) -> ExtractionError {
        let pointer = conflict.pointer.description
        let values = conflict.candidates.map(\.answer.text)
        let pages = conflict.candidates.map(\.answer.page.value)
        return conflict.policy == .mustAgree
            ? .contradictingAnswers(pointer: pointer, values: values, pages: pages)
            : .currencyUndecided(pointer: pointer, currencies: values, pages: pages)
    }
}
