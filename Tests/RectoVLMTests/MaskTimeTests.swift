import Foundation
import RectoSchema
import RectoVLM
import Testing

/// What masks cost with a real vocabulary of 49k tokens; runs where `RECTO_SMOLLM2` names its folder, and prints times.
struct MaskTimeTests {
    private static let folder = ProcessInfo.processInfo.environment["RECTO_SMOLLM2"]

    /// What the steps of some answers cost together, in microseconds of processor time.
    private struct Times {
        var steps = 0
        var masks = 0
        var forced = 0
        var longest = 0

        func average(_ sum: Int) -> Double { Double(sum) / Double(max(1, steps)) }
    }

    @Test(.enabled(if: folder != nil))
    func ofAllKindsOfSchemas() throws {
        let tokenizer = try Tokenizer(folder: URL(filePath: try #require(Self.folder)))
        let trie = TokenTrie(vocabulary: tokenizer.vocabularyBytes())
        print("microseconds a step after warm-up: mask, forced text, longest mask; steps; mask while warming up")
        for (name, source) in MaskTimeSchemas.all {
            let automaton = try SchemaAutomaton(schema: JSONSchema(source: source))
            let masks = TokenMasks(automaton: automaton, trie: trie, endTokens: [0])
            var random = SplitMix(state: 7)
            let cold = try Self.times(of: masks, answers: 30, &random)
            let warm = try Self.times(of: masks, answers: 60, &random)
            #expect(warm.steps > 0)
            let numbers = [warm.average(warm.masks), warm.average(warm.forced), Double(warm.longest)]
            let columns = (numbers + [Double(warm.steps), cold.average(cold.masks)])
                .map { String(format: "%9.1f", $0) }
            print(name.padding(toLength: 34, withPad: " ", startingAt: 0) + columns.joined())
        }
    }

    /// Times the masks of random instances, cut into the longest tokens that the masks allow.
    private static func times(of masks: TokenMasks, answers: Int, _ random: inout SplitMix) throws -> Times {
        var times = Times()
        for _ in 0..<answers {
            let text = instance(of: masks.automaton, &random)
            var constraint = SchemaConstraint(masks: masks)
            var place = 0
            while place < text.count {
                var forced: [UInt8] = []
                times.forced += microseconds { forced = constraint.forcedText() }
                #expect(text[place...].starts(with: forced))
                let isForcedAccepted = constraint.accept(text: forced)
                #expect(isForcedAccepted)
                place += forced.count
                guard place < text.count else { break }
                var mask = TokenMask(count: 0)
                let time = microseconds { mask = constraint.allowedTokens() }
                times.steps += 1
                times.masks += time
                times.longest = max(times.longest, time)
                let token = try #require(masks.trie.longestToken(of: text[place...], in: mask))
                let isAccepted = constraint.accept(token: token)
                #expect(isAccepted)
                place += masks.trie.vocabulary[token]?.count ?? 0
            }
            #expect(constraint.isComplete)
        }
        return times
    }

    /// Processor time, which other programs take nothing from.
    private static func microseconds(_ work: () -> Void) -> Int {
        let start = clock()
        work()
        return Int(clock() - start) * 1_000_000 / Int(CLOCKS_PER_SEC)
    }

    /// Writes an instance whose strings are words where they may be.
    private static func instance(of automaton: SchemaAutomaton, _ random: inout SplitMix) -> [UInt8] {
        let words = Array("Harbour Lane Supplies, 14 Harbour Lane, Bristol. Invoice for timber and the like; ".utf8)
        var state = automaton.start
        var bytes: [UInt8] = []
        while true {
            let next = state.nextBytes
            if state.isComplete, next.isEmpty || random.next(below: 3) == 0 { return bytes }
            var byte = next[random.next(below: next.count)]
            let closing = next.filter { [0x22, 0x5D, 0x7D].contains($0) }
            if !closing.isEmpty, random.next(below: 12) == 0 {
                byte = closing[random.next(below: closing.count)]
            } else if next.count > 20 {
                let word = words[bytes.count % words.count]
                if next.contains(word) { byte = word }
            }
            guard let after = state.advance(byte) else { return bytes }
            bytes.append(byte)
            state = after
        }
    }
}

extension TokenTrie {
    /// Finds the longest token of a mask that a text begins with.
    fileprivate func longestToken(of text: ArraySlice<UInt8>, in mask: TokenMask) -> Int? {
        var longest: (token: Int, length: Int)?
        for token in mask.tokens {
            guard let bytes = vocabulary[token], bytes.count > longest?.length ?? 0, text.starts(with: bytes) else {
                continue
            }
            longest = (token, bytes.count)
        }
        return longest?.token
    }
}

/// SplitMix64, so that every run times the same instances.
private struct SplitMix {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
