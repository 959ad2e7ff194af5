import RectoVLM
import Testing

/// Several callers at once in front of one model.
@Suite struct RequestBatcherTests {
    struct Refusal: Error {}

    /// Answers every request with its text; each call waits until it is let go.
    actor Model: VisionLanguageModel {
        nonisolated let description = ModelDescription(name: "double", family: "double", digest: "0", weights: "none")
        private(set) var calls: [[String]] = []
        private var isOpen = false
        private var held: [CheckedContinuation<Void, Never>] = []

        func generate(_ requests: [GenerationRequest]) async throws -> [Generation] {
            let texts = requests.map { request in
                request.parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
            }
            calls.append(texts)
            if !isOpen { await withCheckedContinuation { held.append($0) } }
            try Task.checkCancellation()
            if texts.contains("bad") { throw Refusal() }
            return texts.map {
                Generation(
                    text: $0,
                    tokenIDs: [],
                    logProbabilities: [],
                    stopReason: .endOfSequence,
                    promptTokenCount: 0
                )
            }
        }

        func open() {
            isOpen = true
            for continuation in held { continuation.resume() }
            held = []
        }
    }

    private func ask(_ batcher: RequestBatcher, _ texts: String...) -> Task<[String], any Error> {
        Task { try await batcher.generate(texts.map { GenerationRequest(parts: [.text($0)]) }).map(\.text) }
    }

    /// Starts a first call that is held, and the others behind it.
    private func behindARunningCall(
        _ texts: [[String]]
    ) async -> (
        model: Model, batcher: RequestBatcher, first: Task<[String], any Error>, others: [Task<[String], any Error>]
    ) {
        let model = Model()
        let batcher = RequestBatcher(model)
        let first = ask(batcher, "first")
        while await model.calls.isEmpty { await Task.yield() }
        var others: [Task<[String], any Error>] = []
        for (place, texts) in texts.enumerated() {
            others.append(
                Task { try await batcher.generate(texts.map { GenerationRequest(parts: [.text($0)]) }).map(\.text) }
            )
            while await batcher.waitingCount <= place { await Task.yield() }
        }
        return (model, batcher, first, others)
    }

    @Test func whoAsksDuringACallIsAskedTogether() async throws {
        let setting = await behindARunningCall([["a", "b"], ["c"], []])
        await setting.model.open()
        #expect(try await setting.first.value == ["first"])
        #expect(try await setting.others[0].value == ["a", "b"])
        #expect(try await setting.others[1].value == ["c"])
        #expect(try await setting.others[2].value.isEmpty)
        #expect(await setting.model.calls == [["first"], ["a", "b", "c"]])
    }

    @Test func anErrorIsItsCallersOwn() async throws {
        let setting = await behindARunningCall([["a"], ["bad"], ["c"]])
        await setting.model.open()
        #expect(try await setting.others[0].value == ["a"])
        await #expect(throws: Refusal.self) { try await setting.others[1].value }
        #expect(try await setting.others[2].value == ["c"])
        #expect(await setting.model.calls.count == 5, "the first, the three together, and each of them alone")
    }

    @Test func aCancelledCallerLeavesTheOthersAlone() async throws {
        let setting = await behindARunningCall([["a"], ["b"]])
        setting.others[0].cancel()
        await #expect(throws: CancellationError.self) { try await setting.others[0].value }
        setting.first.cancel()
        await #expect(throws: CancellationError.self) { try await setting.first.value }
        await setting.model.open()
        #expect(try await setting.others[1].value == ["b"])
        #expect(await setting.model.calls.last == ["b"])
    }

    @Test func manyCallersAllGetTheirOwnAnswers() async throws {
        let model = Model()
        await model.open()
        let open = RequestBatcher(model)
        try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for caller in 0..<200 {
                group.addTask {
                    let requests = (0..<caller % 7).map { GenerationRequest(parts: [.text("\(caller).\($0)")]) }
                    return (caller, try await open.generate(requests).map(\.text))
                }
            }
            for try await (caller, texts) in group {
                #expect(texts == (0..<caller % 7).map { "\(caller).\($0)" })
            }
        }
    }
}
