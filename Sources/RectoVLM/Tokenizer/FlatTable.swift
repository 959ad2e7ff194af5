/// A read-only map from 64-bit keys to 32-bit values with linear probing; lookups neither hash strings nor allocate.
struct FlatTable: Sendable {
    private var keys: [UInt64]
    private var values: [UInt32]
    private let mask: Int
    private static let vacant = UInt64.max

    /// Creates an empty table.
    ///
    /// - Parameter capacity: How many keys it will hold at most.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        mask = size - 1
        keys = [UInt64](repeating: Self.vacant, count: size)
        values = [UInt32](repeating: 0, count: size)
    }

    private func slot(of key: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        while keys[slot] != Self.vacant, keys[slot] != key { slot = (slot + 1) & mask }
        return slot
    }

    subscript(key: UInt64) -> UInt32? {
        get {
            let slot = slot(of: key)
            return keys[slot] == Self.vacant ? nil : values[slot]
        }
        set {
            guard let newValue else { return }
            let slot = slot(of: key)
            keys[slot] = key
            values[slot] = newValue
        }
    }
}
