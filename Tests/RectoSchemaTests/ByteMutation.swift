/// Changes to a text that keep some of its structure.
enum ByteMutation {
    private static let texts = [
        "\"$ref\":\"#\",", "\"not\":{},", "\"x-a\":1,", "1e400", "-0", "\"\\ud800\"", "\\u0000", "[[[[[[[[", "{\"a\":",
        "null", "true", "99999999999999999999", "\"pattern\":\"(\",", "\u{FEFF}", "\"$id\":\"a\",",
        "\"$anchor\":\"a\",",
        "1e-999999", "\\ud83d\\ude00", "\\udc00\\ud800", "1E+0", "0.000e-00", "\u{2028}", "\u{10FFFF}",
        "e\u{301}\u{E9}",
    ]
    /// Cut, too long, a surrogate, beyond the last scalar, a stray continuation, no lead at all.
    private static let brokenUTF8: [[UInt8]] = [
        [0xC3], [0xC0, 0x80], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF, 0xFE],
    ]
    private static let words = texts.map { Array($0.utf8) } + brokenUTF8

    /// Makes a text from some others.
    ///
    /// - Parameters:
    ///   - texts: The others.
    ///   - random: Chooses the changes.
    /// - Returns: One of them with some changes.
    static func mutated(_ texts: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
        var text = texts[random.next(below: texts.count)]
        for _ in 0...random.next(below: 4) {
            let place = random.next(below: text.count + 1)
            let end = min(text.count, place + random.next(below: 12))
            switch random.next(below: 32) {
            case 0...4: if place < text.count { text[place] = UInt8(random.next(below: 256)) }
            case 5...9: text.removeSubrange(place..<end)
            case 10...14: text.insert(contentsOf: text[place..<end], at: place)
            case 15...19: text.insert(contentsOf: words[random.next(below: words.count)], at: place)
            case 20...24: if place < text.count { text[place] = Array("{}[]\",:0\\".utf8)[random.next(below: 9)] }
            case 25: nest(&text, &random)
            case 26: lengthenNumber(&text, from: place, &random)
            default:
                let other = texts[random.next(below: texts.count)]
                let start = random.next(below: other.count + 1)
                text.replaceSubrange(place..<end, with: other[start..<min(other.count, start + 20)])
            }
        }
        return text
    }

    /// Puts a text into arrays or objects, about as many as a parser takes.
    private static func nest(_ text: inout [UInt8], _ random: inout SplitMix) {
        let (opening, closing) = random.next(below: 2) == 0 ? ("[", "]") : (#"{"a":"#, "}")
        let count = random.next(below: 10) == 0 ? 5_000 : 110 + random.next(below: 20)
        text = Array(String(repeating: opening, count: count).utf8) + text
        text += String(repeating: closing, count: count - random.next(below: 2)).utf8
    }

    /// Puts digits before the next digit.
    private static func lengthenNumber(_ text: inout [UInt8], from place: Int, _ random: inout SplitMix) {
        guard let digit = text[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
        let digits = (0..<random.next(below: 400)).map { _ in UInt8(0x30 + random.next(below: 10)) }
        let end = ["", ".5", "e7", "E-300", "e99999999999"][random.next(below: 5)]
        text.insert(contentsOf: digits + end.utf8, at: digit)
    }
}
