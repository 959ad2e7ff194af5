/// Lets a bounded number of tasks into a stage at once.
actor AsyncSemaphore {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Runs work when there is room.
    nonisolated func withPermit<Result: Sendable>(
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        await acquire()
        do {
            try Task.checkCancellation()
            let result = try await work()
            await release()
            return result
        } catch {
            await release()
            throw error
        }
    }

    private func acquire() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func release() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
