import RectoPages
import RectoSchema

/// Builds one list of a document from its rows.
struct ListAssembly {
    let list: SchemaList
    /// Knows how the document writes its numbers and days.
    private let converter: ValueConverter
    /// Where the list goes.
    let pointer: JSONPointer
    /// The cells that became values, in order, their pointers counted from the document.
    private(set) var answers: [FieldCandidate] = []
    /// What is missing or wrong.
    private(set) var errors: [ExtractionError] = []

    init(_ list: SchemaList, converter: ValueConverter) {
        self.list = list
        self.converter = converter
        pointer = list.pointer
    }

    /// Builds the list.
    ///
    /// What a cell says and the schema does not admit is an error, except a word or a dash in place of a number where the
    /// schema admits no value: `free` is no price. A single letter or sign is a number that was misread.
    ///
    /// - Parameter rows: Its rows in order.
    /// - Returns: The list; nil when nothing was found and it may be absent.
    mutating func build(_ rows: [ListRow]) -> JSONValue? {
        var elements: [JSONValue] = []
        for row in rows {
            let place = pointer.appending(String(elements.count))
            errors += row.merged.map {
                .cellsMerged(
                    pointer: JSONPointer(place.tokens + $0.pointer.tokens).description,
                    quote: $0.quote,
                    page: $0.page.value
                )
            }
            if let element = list.isTable ? object(row, at: place) : value(row, at: place) { elements.append(element) }
        }
        if elements.isEmpty, !list.isRequired || list.node.allowsNull { return list.node.allowsNull ? .null : nil }
        let (least, most) = (list.node.minimumCount, list.node.maximumCount)
        if elements.count < least ?? 0 || elements.count > most ?? .max {
            errors.append(
                .listCount(pointer: pointer.description, count: elements.count, minimum: least, maximum: most)
            )
        }
        return .array(elements)
    }

    private mutating func object(_ row: ListRow, at place: JSONPointer) -> JSONValue? {
        var object = JSONObject()
        for property in list.element.properties {
            if let constant = property.node.constant {
                object[property.name] = constant
                continue
            }
            guard let member = list.members.first(where: { $0.name == property.name }) else { continue }
            let inner = place.appending(property.name)
            let cells = row.cells.filter { $0.pointer == member.pointer }
            switch convert(cells, member, at: inner) {
            case .value(let value): object[property.name] = value
            case .nothing:
                if member.node.allowsNull {
                    object[property.name] = .null
                } else if member.isRequired {
                    errors.append(.requiredFieldMissing(pointer: inner.description, title: member.title))
                }
            case .refused: if member.node.allowsNull { object[property.name] = .null }
            }
        }
        return .object(object)
    }

    private mutating func value(_ row: ListRow, at place: JSONPointer) -> JSONValue? {
        guard let leaf = list.leaves.first else { return nil }
        if case .value(let value) = convert(row.cells, leaf, at: place) { return value }
        return nil
    }

    private enum Conversion {
        case value(JSONValue)
        case refused
        case nothing
    }

    private mutating func convert(
        _ cells: [FieldCandidate],
        _ member: SchemaField,
        at place: JSONPointer
    ) -> Conversion {
        let text = cells.map(\.text).joinedLines
        guard !text.isEmpty else { return .nothing }
        switch converter.convert(text, to: member.node) {
        case .value(let value):
            answers += cells.map { cell in
                var answer = cell
                answer.pointer = place
                return answer
            }
            return .value(value)
        case .refused(let expected):
            if Self.isNoNumber(text), member.node.kind == .amount, member.node.allowsNull || !member.isRequired {
                return .nothing
            }
            errors.append(.valueInvalid(pointer: place.description, quote: text, expected: expected))
            return .refused
        }
    }

    private static func isNoNumber(_ text: String) -> Bool {
        guard !text.contains(where: \.isNumber) else { return false }
        return text.count(where: \.isLetter) >= 2 || text.allSatisfy { "-–—./ ".contains($0) }
    }
}
