extension AmountParser {
    /// Reads digits and marks by the rules of a locale.
    ///
    /// - Parameters:
    ///   - body: What is printed, without signs and currencies.
    ///   - locale: The locale.
    /// - Returns: The number without groups and with a point, or nil.
    func digits(_ body: Substring, in locale: PrintedLocale) -> String? {
        let decimals = body.indices.filter { locale.decimalMarks.contains(body[$0]) }
        guard decimals.count <= 1 else { return nil }
        let whole = decimals.first.map { body[..<$0] } ?? body
        let fraction = decimals.first.map { body[body.index(after: $0)...] }
        var groups = [""]
        var marks: Set<Character> = []
        for character in whole {
            if Self.isDigit(character) {
                groups[groups.count - 1].append(character)
            } else {
                let mark: Character = Self.spaces.contains(character) ? " " : character == "’" ? "'" : character
                guard locale.groupMarks.contains(mark) else { return nil }
                marks.insert(mark)
                groups.append("")
            }
        }
        guard marks.count <= 1 else { return nil }
        return number(
            groups,
            fraction,
            isGrouped: { Self.areThousands($0) || (locale.grouping == .lakhs && Self.areLakhs($0)) }
        )
    }

    /// Reads digits and marks where no locale is known.
    ///
    /// - Parameter body: What is printed, without signs and currencies.
    /// - Returns: The number without groups and with a point, or nil.
    func digits(_ body: Substring) -> String? {
        guard let first = body.first, Self.isDigit(first) || first == "." || first == "," else { return nil }
        let marks = body.indices.filter { body[$0] == "." || body[$0] == "," }
        var decimal: Substring.Index?
        let isMixed = Set(marks.map { body[$0] }).count == 2
        if let last = marks.last {
            let after = body[body.index(after: last)...]
            let before = body[..<last]
            let groups =
                after.count == 3 && (1...3).contains(before.count) && before != "0" && after.allSatisfy(\.isNumber)
            if isMixed || (marks.count == 1 && !groups) { decimal = last }
        }
        let whole = decimal.map { body[..<$0] } ?? body
        let fraction = decimal.map { body[body.index(after: $0)...] }
        var groups = [""]
        var groupMarks: Set<Character> = []
        for character in whole {
            if Self.isDigit(character) {
                groups[groups.count - 1].append(character)
            } else if character == "." || character == "," || character == "'" || character == "’"
                || Self.spaces.contains(character)
            {
                guard decimal.map({ body[$0] != character }) ?? true else { return nil }
                groupMarks.insert(Self.spaces.contains(character) ? " " : character == "’" ? "'" : character)
                groups.append("")
            } else {
                return nil
            }
        }
        // `1 1,234.00` is a quantity beside a price.
        guard groupMarks.count <= 1 else { return nil }
        return number(groups, fraction, isGrouped: Self.areThousands)
    }

    private static let spaces: Set<Character> = [" ", "\u{A0}", "\u{202F}"]

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    private func number(_ groups: [String], _ fraction: Substring?, isGrouped: ([String]) -> Bool) -> String? {
        guard fraction.map({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }) ?? true,
            groups.count == 1 || isGrouped(groups), fraction != nil || groups != [""]
        else { return nil }
        var text = groups.joined()
        while text.count > 1, text.hasPrefix("0") { text.removeFirst() }
        if text.isEmpty { text = "0" }
        return fraction.map { "\(text).\($0)" } ?? text
    }

    private static func areThousands(_ groups: [String]) -> Bool {
        (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }

    private static func areLakhs(_ groups: [String]) -> Bool {
        (1...2).contains(groups[0].count) && groups.last?.count == 3
            && groups.dropFirst().dropLast().allSatisfy { $0.count == 2 }
    }
}
