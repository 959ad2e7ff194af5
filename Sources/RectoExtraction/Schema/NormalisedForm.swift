import RectoSchema

/// The form in which a currency or a day goes into a record, and whether the schema takes any value of that form.
struct NormalisedForm {
    private let node: SchemaNode

    /// Looks at a field.
    ///
    /// - Parameter node: What the schema wants of it.
    init(_ node: SchemaNode) { self.node = node }

    /// Makes sure that there is a value that the field may have.
    ///
    /// Choices are compared with what is printed, not with its normalised form.
    ///
    /// - Throws: `ExtractionError.invalidSchema` with the keyword that every currency, or every day from 1970 to 2069, violates.
    func check() throws(ExtractionError) {
        guard node.enumeration == nil, node.types.contains(.string) else { return }
        switch node.kind {
        case .currency:
            try check(CurrencyTable.codes, "three letters of ISO 4217, and none of its currencies satisfies this")
        case .date where node.format == .date || node.printed.locale != nil:
            try check(Self.days, "a day such as 2026-11-21, and none satisfies this")
        case .amount, .date, .text: break
        }
    }

    private func check(_ values: some Sequence<String>, _ form: String) throws(ExtractionError) {
        var keyword: String?
        for value in values {
            guard let violation = node.validate(.string(value)).first else { return }
            keyword = violation.keyword
        }
        throw .invalidSchema(
            keyword: keyword ?? "x-recto",
            pointer: node.pointer.description,
            reason: "x-recto makes the value \(form)"
        )
    }

    private static var days: some Sequence<String> {
        (1970...2069).lazy.flatMap { year in
            (1...12).lazy.flatMap { month in
                (1...31).lazy.compactMap { CalendarDate(year: year, month: month, day: $0)?.iso }
            }
        }
    }
}
