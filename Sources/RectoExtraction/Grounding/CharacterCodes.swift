/// Small numbers for the characters of a page, so that searching compares numbers instead of texts.
struct CharacterCodes: Sendable {
    /// No character of the page has this code.
    static let unknown: Int32 = -1

    private var codes: [Character: Int32] = [:]

    /// Every code is smaller.
    var count: Int { 128 + codes.count }

    /// The code of a character, a new one when it was not there before.
    ///
    /// - Parameter character: A folded character.
    /// - Returns: Its code.
    mutating func add(_ character: Character) -> Int32 {
        if let known = character.asciiValue { return Int32(known) }
        let next = Int32(count)
        return codes[character]
            ?? {
                codes[character] = next
                return next
            }()
    }

    /// The code of a character of the page.
    ///
    /// - Parameter character: A folded character.
    /// - Returns: Its code, or `unknown`.
    func code(of character: Character) -> Int32 {
        character.asciiValue.map(Int32.init) ?? codes[character] ?? Self.unknown
    }
}
