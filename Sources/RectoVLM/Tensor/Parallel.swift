import Dispatch
import Synchronization

/// Loops whose turns do not depend on each other.
enum Parallel {
    /// Runs the turns of a loop on several processors and returns when all are done.
    ///
    /// - Parameters:
    ///   - count: How many turns.
    ///   - body: One turn; turns write to different places.
    static func forEach(_ count: Int, _ body: (Int) -> Void) {
        if count > 1 {
            // nonisolated(unsafe): all turns are over when this returns, and they write to different places.
            nonisolated(unsafe) let body = body
            let threads = min(MatrixMultiply.threadCount, count)
            if threads > 1, unsafe WorkerPool.shared.run(count, threads: threads, body) { return }
            DispatchQueue.concurrentPerform(iterations: count) { unsafe body($0) }
        } else if count == 1 {
            body(0)
        }
    }

    /// Computes independent results at the same time, each on one processor; a single one gets all processors.
    ///
    /// Whole tiles and sequences side by side wait for each other once, products that are shared out wait at every product.
    ///
    /// - Parameters:
    ///   - count: How many results; meant to be at most `MatrixMultiply.threadCount`.
    ///   - body: Computes one.
    /// - Returns: The results in order.
    /// - Throws: What `body` throws.
    static func map<Value: Sendable>(_ count: Int, _ body: (Int) throws -> Value) throws -> [Value] {
        let threads = MatrixMultiply.threadCount
        if count < 2 || threads < 2 { return try (0..<count).map(body) }
        MatrixMultiply.threadCount = 1
        defer { MatrixMultiply.threadCount = threads }
        let results = Mutex<[Int: Result<Value, any Error>]>([:])
        forEach(count) { index in
            let result = Result { try body(index) }
            results.withLock { $0[index] = result }
        }
        return try results.withLock { results in try (0..<count).compactMap { try results[$0]?.get() } }
    }
}

extension Array {
    /// Cuts the array into pieces that are worked on at the same time.
    ///
    /// - Parameter size: Elements of a piece; the last may have fewer.
    /// - Returns: The pieces in order.
    func pieces(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: Swift.max(size, 1)).map { self[$0..<Swift.min($0 + Swift.max(size, 1), count)] }
    }
}
