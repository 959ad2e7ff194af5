/// One way in which the text so far can be read: a state, a counter, and what is still open around it.
struct Configuration: Sendable, Hashable {
    /// The machine's state.
    let state: Int32
    /// Scalars of the string or key, or commas of the array.
    let count: Int32
    /// What goes on after this value; nil for the whole instance.
    let frame: Frame?
    /// The keys of this object that are not named; nil when there are none.
    let keys: UsedKeys?
}

/// Where an outer value goes on when an inner one ends.
///
/// Frames are immutable, so that configurations share them.
final class Frame: Sendable, Hashable {
    /// The outer value's next state.
    let state: Int32
    /// The outer value's counter.
    let count: Int32
    /// The outer value's keys.
    let keys: UsedKeys?
    /// What is open around the outer value.
    let outer: Frame?
    /// How many levels of arrays and objects the inner value may have.
    let room: Int32

    /// Opens a value.
    ///
    /// - Parameters:
    ///   - state: The outer value's next state.
    ///   - count: The outer value's counter.
    ///   - keys: The outer value's keys.
    ///   - outer: What is open around the outer value.
    ///   - room: How many levels the inner value may have.
    init(state: Int32, count: Int32, keys: UsedKeys?, outer: Frame?, room: Int32) {
        self.state = state
        self.count = count
        self.keys = keys
        self.outer = outer
        self.room = room
    }

    static func == (left: Frame, right: Frame) -> Bool {
        left === right
            || (left.state == right.state && left.count == right.count && left.keys == right.keys
                && left.outer == right.outer)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(state)
        hasher.combine(count)
        hasher.combine(outer?.state)
    }
}

/// The keys of an object that `properties` does not name, kept so that none is repeated.
final class UsedKeys: Sendable, Hashable {
    /// The finished keys as they are written between their quotes, sorted.
    let finished: [[UInt8]]
    /// The key that is being written.
    let current: [UInt8]

    /// Creates a memory.
    ///
    /// - Parameters:
    ///   - finished: The finished keys, sorted.
    ///   - current: The key that is being written.
    init(finished: [[UInt8]], current: [UInt8]) {
        self.finished = finished
        self.current = current
    }

    /// Writes on the current key.
    ///
    /// - Parameter bytes: Its next bytes.
    /// - Returns: The longer memory.
    func appending(_ bytes: some Collection<UInt8>) -> UsedKeys {
        UsedKeys(finished: finished, current: current + bytes)
    }

    /// Ends the current key.
    ///
    /// - Returns: The memory with one more finished key, or nil when that key was used before.
    func finishing() -> UsedKeys? {
        guard !finished.contains(current) else { return nil }
        let place = finished.firstIndex { current.lexicographicallyPrecedes($0) } ?? finished.count
        return UsedKeys(finished: finished[..<place] + [current] + finished[place...], current: [])
    }

    static func == (left: UsedKeys, right: UsedKeys) -> Bool {
        left.finished == right.finished && left.current == right.current
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(finished)
        hasher.combine(current)
    }
}
