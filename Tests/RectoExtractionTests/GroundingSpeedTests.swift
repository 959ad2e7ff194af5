import RectoExtraction
import RectoPages
import RectoTestSupport
import Testing

/// Long pages with many values that stand nowhere exactly.
///
/// The time is printed, as it says more about the machine than the code; what must be found is tested.
@Suite struct GroundingSpeedTests {
    /// Words of three to nine letters, and each tenth of them a number.
    private static func words(_ count: Int, of letters: [Character], _ random: inout SeededRandom) -> [String] {
        (0..<count).map { place in
            if place % 10 == 9 { return "\(Int.random(in: 1000...99999, using: &random)).\(10 + place % 90)" }
            let length = Int.random(in: 3...9, using: &random)
            return String((0..<length).map { _ in letters.randomElement(using: &random) ?? "x" })
        }
    }

    /// 3,000 words in 300 lines, and of each fifth line the first words with two letters misread.
    private static func page(_ letters: String) -> (lines: [[String]], asked: [(line: Int, text: String)]) {
        var random = SeededRandom(seed: 7)
        let all = words(3000, of: Array(letters), &random)
        let lines = (0..<300).map { Array(all[10 * $0..<10 * $0 + 10]) }
        let asked = stride(from: 0, to: 300, by: 5).map { line in
            var text = Array(lines[line].prefix(4).joined(separator: " "))
            for place in [4, 12] where text[place] != " " { text[place] = "ß" }
            return (line, String(text))
        }
        return (lines, asked)
    }

    private static func check(_ name: String, _ layer: [TextLayerWord], _ asked: [(line: Int, text: String)]) {
        var found = 0
        let clock = ContinuousClock()
        let start = clock.now
        let index = TextLayerIndex(words: layer)
        let prepared = clock.now
        let time = clock.measure {
            for (line, text) in asked {
                let hit = index.find(text, near: nil)
                found += hit?.distance ?? 9 <= 4 && hit?.lines.first?.box.y0 == Double(line) * 20 ? 1 : 0
                _ = index.find("ß" + String(text.reversed()), near: nil)
            }
        }
        print(
            "\(name): \(asked.count) misread and \(asked.count) absent values in \(layer.count) words, \(time), "
                + "and \(prepared - start) before them"
        )
        #expect(found == asked.count)
    }

    @Test func leftToRight() {
        let page = Self.page("abcdefghijklmnopqrstuvwxyz")
        Self.check("left to right", TextLayerPage.words(page.lines.map { $0.joined(separator: " ") }), page.asked)
    }

    @Test(arguments: TextLayerPage.Producer.allCases)
    func rightToLeft(producer: TextLayerPage.Producer) {
        let page = Self.page("אבגדהוזחטיכלמנסעפצקרשת")
        Self.check("right to left, \(producer)", TextLayerPage.rightToLeft(page.lines, by: producer), page.asked)
    }
}
