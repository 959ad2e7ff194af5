import Dispatch

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
            DispatchQueue.concurrentPerform(iterations: count, execute: { unsafe body($0) })
        } else if count == 1 {
            body(0)
        }
    }
}
