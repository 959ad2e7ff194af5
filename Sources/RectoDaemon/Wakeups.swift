/// Wakes a loop: at once when something happened, and at a steady pace so that nothing is ever missed.
struct Wakeups: Sendable {
    /// One element for each time the loop has to look; several calls in between are one.
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Something happened.
    func wake() { continuation.yield() }

    /// Wakes the loop at a steady pace until the task is cancelled.
    func beat(every pace: Duration) async {
        while !Task.isCancelled {
            wake()
            try? await Task.sleep(for: pace)
        }
    }
}
