import RectoVLM
import Testing

/// Choosing tokens, and what must not be chosen.
struct SamplingTests {
    private let logits: [Float] = [0.1, 2.5, -1, 2.4, 0.9, -.infinity, 2.5]

    private func request(temperature: Float, topK: Int = 0, topP: Float = 1, seed: UInt64 = 0) -> GenerationRequest {
        var request = GenerationRequest(parts: [])
        request.temperature = temperature
        request.topK = topK
        request.topP = topP
        request.seed = seed
        return request
    }

    private func draws(_ request: GenerationRequest, _ count: Int, forbidden: [Int] = []) -> [Int] {
        var sampler = Sampler(request)
        return (0..<count).map { _ in sampler.token(from: logits, forbidden: forbidden) }
    }

    @Test func greedyTakesTheBestAndOfEqualsTheFirst() {
        #expect(draws(request(temperature: 0), 2) == [1, 1])
        #expect(draws(request(temperature: 0), 1, forbidden: [1]) == [6])
        #expect(draws(request(temperature: 0), 1, forbidden: [1, 6, 99, -1]) == [3])
    }

    @Test func theSameSeedGivesTheSameTokensAndAnotherSeedOthers() {
        let first = draws(request(temperature: 1, seed: 7), 100)
        #expect(first == draws(request(temperature: 1, seed: 7), 100))
        #expect(first != draws(request(temperature: 1, seed: 8), 100))
        #expect(Set(first).count > 3)
    }

    @Test func frequenciesFollowTheSoftmaxOfTheTemperature() {
        // exp(2.5/2) and exp(0.1/2): ratio 3.32.
        let tokens = draws(request(temperature: 2, seed: 1), 40_000)
        let ratio = Double(tokens.count { $0 == 1 }) / Double(tokens.count { $0 == 0 })
        #expect(abs(ratio - 3.32) < 0.25)
        #expect(!tokens.contains(5), "minus infinity is never drawn")
    }

    @Test func topKAndTopPKeepTheBestOnly() {
        #expect(Set(draws(request(temperature: 5, topK: 2), 500)) == [1, 6])
        #expect(Set(draws(request(temperature: 1, topK: 1), 50)) == [1])
        // Probabilities in order: 0.32, 0.32, 0.29, 0.06, …: 0.6 needs two, 0.65 three.
        #expect(Set(draws(request(temperature: 1, topP: 0.6), 500)) == [1, 6])
        #expect(Set(draws(request(temperature: 1, topP: 0.65), 500)) == [1, 6, 3])
        #expect(Set(draws(request(temperature: 1, topP: 0), 50)) == [1])
    }

    @Test func theRandomNumbersArePublishedSplitMix64() {
        var numbers = RandomNumbers(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in numbers.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ]
        )
    }

    @Test func badWordsForbidSingleTokensAndTheLastTokenOfASequence() {
        let words = BadWords([[7], [1, 2, 3], [9, 8], [2], []], endTokens: [2])
        #expect(words.forbidden(after: []) == [7], "an end token stays allowed")
        #expect(words.forbidden(after: [1, 2]) == [7, 3])
        #expect(words.forbidden(after: [2]) == [7], "the sequence has not begun")
        #expect(words.forbidden(after: [0, 1, 2, 9]) == [7, 8])
    }

    @Test func textEndsBeforeAStopStringHoweverItIsCut() {
        let text = "Answer: 42\nQuestion: and then?"
        for size in 1...text.count {
            var scanner = StopStringScanner(["Question", "\n\n"])
            var (found, rest) = ("", Substring(text))
            while !rest.isEmpty {
                found += scanner.append(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(found + scanner.finish() == "Answer: 42\n")
            #expect(scanner.hasStopped)
        }
    }

    @Test func whatOnlyLooksLikeAStopStringIsGivenOutLater() {
        var scanner = StopStringScanner(["Quest"])
        #expect(scanner.append("a Que") == "a ")
        #expect(scanner.append("en Q") == "Queen ")
        #expect(scanner.append("€") == "Q€")
        #expect(scanner.append("Qu") == "")
        #expect(scanner.finish() == "Qu")
        #expect(!scanner.hasStopped)
    }
}
