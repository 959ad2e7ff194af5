import Dispatch

/// Work that waits for the disk, outside of Swift's shared threads.
enum BlockingThread {
    /// Runs a closure on a thread that may wait.
    ///
    /// - Parameter body: The work.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
