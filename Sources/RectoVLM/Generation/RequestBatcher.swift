/// Puts what several callers ask at the same time to a model as one call.
///
/// A model reads its weights once a step for all sequences of a call; pages and documents that are read at the same time
/// therefore ask together. While a call runs, whatever comes in waits and makes up the next one. Every caller gets what it
/// would get alone: its own answers, its own error, and its own cancellation.
public actor RequestBatcher: VisionLanguageModel {
    /// More requests than these are not put together; one caller's stay together in any case.
    private static let mostRequests = 256

    private struct Caller {
        let id: Int
        let requests: [GenerationRequest]
        let answer: CheckedContinuation<[Generation], any Error>
    }

    /// What the model says of itself.
    public nonisolated let description: ModelDescription

    private let model: any VisionLanguageModel
    private var waiting: [Caller] = []
    private var asking: [Caller] = []
    private var call: Task<Void, Never>?
    private var lastID = 0

    /// Callers that wait for the running call to end.
    package var waitingCount: Int { waiting.count }

    /// Puts a batcher before a model.
    ///
    /// - Parameter model: The model.
    public init(_ model: any VisionLanguageModel) {
        self.model = model
        description = model.description
    }

    /// Answers several requests, together with those of other callers.
    ///
    /// - Parameter requests: The questions.
    /// - Returns: One answer for each request, in order.
    /// - Throws: What the model throws for these requests, or `CancellationError` when the task was cancelled.
    public func generate(_ requests: [GenerationRequest]) async throws -> [Generation] {
        try Task.checkCancellation()
        lastID += 1
        let id = lastID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting.append(Caller(id: id, requests: requests, answer: continuation))
                startCall()
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func startCall() {
        guard call == nil, !waiting.isEmpty else { return }
        var count = 0
        let fitting = waiting.prefix { caller in
            count += caller.requests.count
            return count <= Self.mostRequests
        }
        asking = Array(waiting.prefix(max(fitting.count, 1)))
        waiting.removeFirst(asking.count)
        let callers = asking
        call = Task { await self.ask(callers) }
    }

    private func ask(_ callers: [Caller]) async {
        do {
            let answers = try await model.generate(callers.flatMap(\.requests))
            var next = 0
            for caller in callers {
                resume(caller.id, with: .success(Array(answers[next..<next + caller.requests.count])))
                next += caller.requests.count
            }
        } catch {
            if callers.count > 1, !Task.isCancelled {
                // One of them asked what cannot be answered: each is asked alone, so that the error is its own.
                for caller in callers { await askAlone(caller) }
            } else {
                for caller in callers { resume(caller.id, with: .failure(error)) }
            }
        }
        (asking, call) = ([], nil)
        startCall()
    }

    private func askAlone(_ caller: Caller) async {
        guard asking.contains(where: { $0.id == caller.id }) else { return }
        do {
            resume(caller.id, with: .success(try await model.generate(caller.requests)))
        } catch {
            resume(caller.id, with: .failure(error))
        }
    }

    private func resume(_ id: Int, with result: Result<[Generation], any Error>) {
        guard let place = asking.firstIndex(where: { $0.id == id }) else { return }
        asking.remove(at: place).answer.resume(with: result)
    }

    /// Lets one caller go; the call itself ends when nobody waits for it any more.
    private func cancel(_ id: Int) {
        if let place = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: place).answer.resume(throwing: CancellationError())
        }
        resume(id, with: .failure(CancellationError()))
        if asking.isEmpty { call?.cancel() }
    }
}
