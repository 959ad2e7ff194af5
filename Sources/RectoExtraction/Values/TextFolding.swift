import Foundation

/// Text reduced to what matters when readings, labels and text layers are compared.
package struct FoldedText: Sendable {
    /// The characters that were kept, folded.
    package let characters: [Character]
    /// For each kept character, its offset in the original text.
    package let offsets: [Int]
    /// Whether white space, or the beginning or end of the text, stands before the character; one entry more at the end.
    package let boundaries: [Bool]

    /// Folds a text: compatibility forms, dashes and quotes become plain, white space and soft hyphens are left out.
    ///
    /// Ligatures, wide letters and the digits of other scripts become plain too, and marks of direction are left out. Raised
    /// and lowered digits become plain only after a letter (`m²`): after a digit they are an exponent or a footnote and no
    /// part of the number.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - isLoose: Whether letter case and accents are folded as well.
    package init(_ text: String, isLoose: Bool) {
        var characters: [Character] = []
        var offsets: [Int] = []
        var boundaries: [Bool] = []
        var isBoundary = true
        for (offset, character) in text.enumerated() {
            if character.isWhitespace {
                isBoundary = true
                continue
            }
            for folded in Self.fold(character, after: isBoundary ? nil : characters.last, isLoose: isLoose) {
                characters.append(folded)
                offsets.append(offset)
                boundaries.append(isBoundary)
                isBoundary = false
            }
        }
        self.characters = characters
        self.offsets = offsets
        self.boundaries = boundaries + [true]
    }

    /// Whether a word may begin or end before the character at an index.
    ///
    /// - Parameter index: From 0 to the number of characters.
    /// - Returns: Whether white space or punctuation separates it from the one before.
    package func isWordBoundary(_ index: Int) -> Bool {
        if boundaries[index] || index == 0 || index == characters.count { return true }
        return !Self.isWordCharacter(characters[index - 1]) || !Self.isWordCharacter(characters[index])
    }

    private static func isWordCharacter(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    private static func fold(_ character: Character, after previous: Character?, isLoose: Bool) -> String {
        if character.isASCII { return isLoose ? character.lowercased() : String(character) }
        if let plain = plain[character] { return plain }
        // `N°` is printed for `Nº`; behind a digit it is a degree.
        if isLoose, character == "°", previous.map({ $0.isLetter || $0 == "." }) ?? false { return "o" }
        if let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 {
            switch scalar.properties.numericType {
            case .decimal:
                if let digit = character.wholeNumberValue { return String(digit) }
            case .digit where previous?.isLetter != true: return String(character)
            case .numeric where previous?.isNumber == true: return String(character)
            default: break
            }
        }
        var visible = character.unicodeScalars
        visible.removeAll { $0.properties.generalCategory == .format }
        let text = String(visible).precomposedStringWithCompatibilityMapping.replacing("\u{2044}", with: "/")
        return isLoose ? text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil) : text
    }

    private static let plain: [Character: String] = [
        "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "\u{AD}": "", "\u{200B}": "", "\u{FEFF}": "",
        "\u{66B}": ".", "\u{66C}": ",", "״": "\"", "׳": "'", "\u{640}": "",
        "’": "'", "‘": "'", "‚": "'", "“": "\"", "”": "\"", "„": "\"", "«": "\"", "»": "\"", "×": "x",
    ]
}

/// The smallest number of inserted, removed and replaced characters between two texts.
///
/// - Parameters:
///   - left: A text.
///   - right: Another text.
///   - limit: The most that matters.
/// - Returns: The distance, or nil when it is above `limit`.
package func editDistance(_ left: ArraySlice<Character>, _ right: ArraySlice<Character>, limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        var smallest = row[0]
        for (j, b) in right.enumerated() {
            let replaced = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            smallest = min(smallest, row[j + 1])
        }
        if smallest > limit { return nil }
    }
    return row[right.count] <= limit ? row[right.count] : nil
}

extension FoldedText {
    /// The words of a text without case and accents.
    static func words(of text: String) -> Set<String> {
        Set(text.split { !$0.isLetter }.map { String(FoldedText(String($0), isLoose: true).characters) })
    }
}
