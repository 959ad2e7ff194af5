/// One piece of text while its tokens are merged: always the pair of lowest rank, of equal ones the leftmost.
struct MergeQueue {
    private var symbols: [UInt32]
    /// Position of the symbol before and after each one, -1 at the ends; only used by long pieces.
    private var previous: [Int32] = []
    private var next: [Int32] = []
    /// A binary heap of rank and position packed into one number.
    private var heap: [UInt64] = []
    /// Up to here looking at every pair in each round is faster than keeping a heap.
    private static let longestScanned = 24
    private static let removed = UInt32.max

    /// Starts with the tokens of single characters.
    ///
    /// - Parameter symbols: The tokens.
    init(symbols: [UInt32]) {
        self.symbols = symbols
    }

    /// Hands over the tokens in order.
    ///
    /// - Parameter body: Called with each token.
    func forEachSymbol(_ body: (UInt32) -> Void) {
        for symbol in symbols where symbol != Self.removed { body(symbol) }
    }

    /// Merges until no pair is left that can be.
    ///
    /// - Parameters:
    ///   - rank: The rank of a pair, nil when it is never merged.
    ///   - result: The token that the pair of a rank becomes.
    mutating func mergeAll(rank: (UInt32, UInt32) -> UInt32?, result: (UInt32) -> UInt32) {
        if symbols.count <= Self.longestScanned {
            scan(rank: rank, result: result)
        } else {
            mergeWithHeap(rank: rank, result: result)
        }
    }

    private mutating func scan(rank: (UInt32, UInt32) -> UInt32?, result: (UInt32) -> UInt32) {
        guard symbols.count > 1 else { return }
        var ranks = (1..<symbols.count).map { rank(symbols[$0 - 1], symbols[$0]) ?? UInt32.max }
        while true {
            var best = 0
            for index in ranks.indices where ranks[index] < ranks[best] { best = index }
            guard best < ranks.count, ranks[best] != UInt32.max else { return }
            symbols[best] = result(ranks[best])
            symbols.remove(at: best + 1)
            ranks.remove(at: best)
            if best > 0 { ranks[best - 1] = rank(symbols[best - 1], symbols[best]) ?? UInt32.max }
            if best < ranks.count { ranks[best] = rank(symbols[best], symbols[best + 1]) ?? UInt32.max }
        }
    }

    private mutating func mergeWithHeap(rank: (UInt32, UInt32) -> UInt32?, result: (UInt32) -> UInt32) {
        previous = (0..<symbols.count).map { Int32($0) - 1 }
        next = (0..<symbols.count).map { $0 + 1 < symbols.count ? Int32($0) + 1 : -1 }
        heap.reserveCapacity(symbols.count)
        for position in 1..<symbols.count { push(pairAt: position - 1, rank: rank) }
        while let top = pop() {
            let position = Int(top & 0xFFFF_FFFF)
            let right = Int(next[position])
            // The pair may have changed since it was queued.
            guard symbols[position] != Self.removed, right >= 0,
                let current = rank(symbols[position], symbols[right]), current == UInt32(top >> 32)
            else { continue }
            symbols[position] = result(current)
            symbols[right] = Self.removed
            next[position] = next[right]
            if next[right] >= 0 { previous[Int(next[right])] = Int32(position) }
            if previous[position] >= 0 { push(pairAt: Int(previous[position]), rank: rank) }
            push(pairAt: position, rank: rank)
        }
    }

    private mutating func push(pairAt position: Int, rank: (UInt32, UInt32) -> UInt32?) {
        guard next[position] >= 0, let rank = rank(symbols[position], symbols[Int(next[position])]) else { return }
        heap.append(UInt64(rank) << 32 | UInt64(position))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent] <= heap[child] { break }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func pop() -> UInt64? {
        guard let top = heap.first else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return top }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= heap.count { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            if heap[parent] <= heap[child] { break }
            heap.swapAt(parent, child)
            parent = child
        }
        return top
    }
}
