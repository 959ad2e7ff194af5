import Foundation

/// Runs what waits for a process or a disk on a thread of its own, so that the tests' shared threads never wait.
///
/// - Parameter body: The work.
/// - Returns: What the work returns.
/// - Throws: What the work throws.
public func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}
