/// The scalars of Unicode's general categories (UAX #44, 5.7.1), under their short and long names.
enum GeneralCategorySet {
    /// Finds a category or group of categories.
    ///
    /// - Parameter name: As after `\p`, for example `Lu`, `Uppercase_Letter` or `L`.
    /// - Returns: Its scalars, or nil for a name that is none.
    static func named(_ name: String) -> CodePointSet? {
        guard let categories = names[name] else { return nil }
        return CodePointSet(categories.flatMap { ranges[$0, default: []] })
    }

    private static let names: [String: [Unicode.GeneralCategory]] = {
        var names: [String: [Unicode.GeneralCategory]] = [:]
        for (short, long, category) in categories {
            for name in [short, long] { names[name] = [category] }
            names[String(short.prefix(1)), default: []].append(category)
        }
        for (group, long) in groups { names[long] = names[group] }
        names["LC"] = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
        names["Cased_Letter"] = names["LC"]
        for (alias, category) in aliases { names[alias] = names[category] }
        return names
    }()

    private static let groups = [
        ("L", "Letter"), ("M", "Mark"), ("N", "Number"), ("P", "Punctuation"), ("S", "Symbol"), ("Z", "Separator"),
        ("C", "Other"),
    ]

    private static let aliases = [("digit", "Nd"), ("punct", "P"), ("cntrl", "Cc"), ("Combining_Mark", "M")]

    private static let categories: [(short: String, long: String, category: Unicode.GeneralCategory)] = [
        ("Lu", "Uppercase_Letter", .uppercaseLetter), ("Ll", "Lowercase_Letter", .lowercaseLetter),
        ("Lt", "Titlecase_Letter", .titlecaseLetter), ("Lm", "Modifier_Letter", .modifierLetter),
        ("Lo", "Other_Letter", .otherLetter), ("Mn", "Nonspacing_Mark", .nonspacingMark),
        ("Mc", "Spacing_Mark", .spacingMark), ("Me", "Enclosing_Mark", .enclosingMark),
        ("Nd", "Decimal_Number", .decimalNumber), ("Nl", "Letter_Number", .letterNumber),
        ("No", "Other_Number", .otherNumber), ("Pc", "Connector_Punctuation", .connectorPunctuation),
        ("Pd", "Dash_Punctuation", .dashPunctuation), ("Ps", "Open_Punctuation", .openPunctuation),
        ("Pe", "Close_Punctuation", .closePunctuation), ("Pi", "Initial_Punctuation", .initialPunctuation),
        ("Pf", "Final_Punctuation", .finalPunctuation), ("Po", "Other_Punctuation", .otherPunctuation),
        ("Sm", "Math_Symbol", .mathSymbol), ("Sc", "Currency_Symbol", .currencySymbol),
        ("Sk", "Modifier_Symbol", .modifierSymbol), ("So", "Other_Symbol", .otherSymbol),
        ("Zs", "Space_Separator", .spaceSeparator), ("Zl", "Line_Separator", .lineSeparator),
        ("Zp", "Paragraph_Separator", .paragraphSeparator), ("Cc", "Control", .control), ("Cf", "Format", .format),
        ("Co", "Private_Use", .privateUse), ("Cn", "Unassigned", .unassigned),
    ]

    private static let ranges: [Unicode.GeneralCategory: [ClosedRange<UInt32>]] = {
        var ranges: [Unicode.GeneralCategory: [ClosedRange<UInt32>]] = [:]
        var start: UInt32 = 0
        var current = Unicode.GeneralCategory.control
        for value in UInt32(1)...0x10FFFF {
            // A surrogate continues the range it stands in; `CodePointSet` takes it out.
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            guard category != current else { continue }
            ranges[current, default: []].append(start...(value - 1))
            (start, current) = (value, category)
        }
        ranges[current, default: []].append(start...0x10FFFF)
        return ranges
    }()
}
