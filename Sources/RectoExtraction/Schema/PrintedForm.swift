import RectoSchema

/// `x-recto`: what a value is on paper.
public struct PrintedForm: Sendable, Hashable {
    /// `type`: what it is; nil where the schema does not say.
    public internal(set) var kind: ValueKind?
    /// `labels`: what may be printed beside it.
    public internal(set) var labels: [String] = []
    /// `locale`: by whose rules amounts, dates and currencies are written; nil where the schema does not say.
    public internal(set) var locale: PrintedLocale?
    /// `merge` of a single field: how the answers of several pages or tiles become one value; nil where the pipeline's stage
    /// decides.
    public internal(set) var merge: MergePolicy?
    /// `merge` of an array: how several tables or answers become one list; nil where the schema does not say.
    public internal(set) var listMerge: ListMergePolicy?
    /// `sum`: the names of the amounts beside it that add up to it; empty where the schema does not say.
    public internal(set) var sum: [String] = []
    /// `sum` of one name with a slash (`items/amount`): the column whose amounts add up to it; nil where the schema does not say.
    public internal(set) var columnSum: Column?

    /// `after`: the name of the day beside it that it does not precede; nil where the schema does not say.
    public internal(set) var after: String?
    /// `values`: what is often printed as the value, any number for each number; empty where the schema does not say.
    public internal(set) var values: [String] = []

    /// A column of a list that stands beside a value.
    public struct Column: Sendable, Hashable {
        /// The name of the list.
        public let list: String
        /// The name of the amount in its elements.
        public let member: String
    }

    private static let keys = "type, labels, values, locale, merge, after"

    /// Nothing is said.
    init() {}

    /// Reads `x-recto`.
    ///
    /// - Parameters:
    ///   - value: Its value.
    ///   - pointer: Where the schema stands that has it.
    /// - Throws: `ExtractionError` with the key that is wrong.
    init(_ value: JSONValue, at pointer: JSONPointer) throws(ExtractionError) {
        let place = pointer.appending("x-recto")
        guard let object = value.objectValue else {
            throw .invalidSchema(
                keyword: "x-recto",
                pointer: pointer.description,
                reason: "it must be an object with \(Self.keys) or sum; this is \(value.typeName)"
            )
        }
        for member in object {
            switch member.key {
            case "type": kind = try Self.kind(member.value, at: place)
            case "labels": labels = try Self.texts(member.value, "labels", of: "label", at: place)
            case "values": values = try Self.texts(member.value, "values", of: "value", at: place)
            case "after": after = try Self.after(member.value, at: place)
            case "locale": locale = try Self.locale(member.value, at: place)
            case "merge":
                listMerge = try Self.merge(member.value, at: place)
                merge = listMerge?.choice
            case "sum":
                columnSum = Self.column(member.value)
                if columnSum == nil { sum = try Self.sum(member.value, at: place) }
            default:
                throw .unsupportedKeyword(
                    keyword: member.key,
                    pointer: place.description,
                    reason: "x-recto knows \(Self.keys) and sum"
                )
            }
        }
    }

    private static func kind(_ value: JSONValue, at place: JSONPointer) throws(ExtractionError) -> ValueKind {
        guard let kind = value.stringValue.flatMap(ValueKind.init) else {
            let names = ValueKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("type", place, "\(JSONWriter().string(value)) is not one of \(names)")
        }
        return kind
    }

    private static func texts(
        _ value: JSONValue,
        _ key: String,
        of what: String,
        at place: JSONPointer
    ) throws(ExtractionError) -> [String] {
        let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
        guard !texts.isEmpty, texts.count == value.arrayValue?.count else {
            throw invalid(key, place, "it must be a list of strings with at least one \(what)")
        }
        return texts
    }

    private static func after(_ value: JSONValue, at place: JSONPointer) throws(ExtractionError) -> String {
        guard let name = value.stringValue else {
            throw invalid("after", place, "it must be the name of a day beside it; this is \(value.typeName)")
        }
        return name
    }

    private static func sum(_ value: JSONValue, at place: JSONPointer) throws(ExtractionError) -> [String] {
        let names = value.arrayValue?.compactMap(\.stringValue) ?? []
        guard names.count >= 2, names.count == value.arrayValue?.count, Set(names).count == names.count else {
            let reason =
                "it must be a list of the names of at least two different properties, or of one column of a list, as in "
                + #"["items/amount"]"#
            throw invalid("sum", place, reason)
        }
        return names
    }

    private static func column(_ value: JSONValue) -> Column? {
        guard value.arrayValue?.count == 1, let names = value.arrayValue?[0].stringValue?.split(separator: "/"),
            names.count == 2
        else { return nil }
        return Column(list: String(names[0]), member: String(names[1]))
    }

    private static func locale(_ value: JSONValue, at place: JSONPointer) throws(ExtractionError) -> PrintedLocale {
        guard let locale = value.stringValue.flatMap(PrintedLocale.init) else {
            let names = PrintedLocale.allNames.joined(separator: ", ")
            throw invalid("locale", place, "\(JSONWriter().string(value)) is not one of \(names)")
        }
        return locale
    }

    private static func merge(_ value: JSONValue, at place: JSONPointer) throws(ExtractionError) -> ListMergePolicy {
        guard let merge = value.stringValue.flatMap(ListMergePolicy.init) else {
            let names = MergePolicy.allCases.map(\.rawValue).joined(separator: ", ") + ", or of a list concatenate"
            throw invalid("merge", place, "\(JSONWriter().string(value)) is not one of \(names)")
        }
        return merge
    }

    private static func invalid(_ keyword: String, _ place: JSONPointer, _ reason: String) -> ExtractionError {
        .invalidSchema(keyword: keyword, pointer: place.description, reason: reason)
    }
}
