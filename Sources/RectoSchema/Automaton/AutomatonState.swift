/// What a `SchemaAutomaton` knows after the beginning of a text; some text always completes it.
public struct AutomatonState: Sendable {
    let machine: Machine
    let configurations: [Configuration]

    init(_ machine: Machine, _ configurations: [Configuration]) {
        self.machine = machine
        self.configurations = configurations
    }

    /// Whether the text so far is an instance, which may nevertheless go on, as numbers can.
    public var isComplete: Bool {
        configurations.contains { $0.frame == nil && machine.traits[Int($0.state)].contains(.accepting) }
    }

    /// Reads a byte.
    ///
    /// - Parameter byte: The next byte.
    /// - Returns: The state after it, or nil when no instance goes on so.
    public func advance(_ byte: UInt8) -> AutomatonState? {
        var result: [Configuration] = []
        for configuration in configurations { machine.advance(configuration, byte, into: &result) }
        return result.isEmpty ? nil : AutomatonState(machine, result)
    }

    /// Reads several bytes.
    ///
    /// - Parameter bytes: The next bytes.
    /// - Returns: The state after them, or nil when no instance goes on so.
    public func advance(_ bytes: some Sequence<UInt8>) -> AutomatonState? {
        var state = self
        for byte in bytes {
            guard let next = state.advance(byte) else { return nil }
            state = next
        }
        return state
    }

    /// The bytes that can follow, in rising order.
    public var nextBytes: [UInt8] { nextBytes(atMost: 256) }

    private func nextBytes(atMost limit: Int) -> [UInt8] {
        var known = [Bool?](repeating: nil, count: machine.width)
        // Bytes that no state tells apart may still repeat a key or not.
        let isUniform = configurations.allSatisfy { $0.keys?.finished.isEmpty ?? true }
        let readable = readableColumns
        var result: [Configuration] = []
        var bytes: [UInt8] = []
        for byte in UInt8.min...UInt8.max {
            let column = Int(machine.columns[Int(byte)])
            guard readable[column / 64] & 1 << UInt64(column % 64) != 0 else { continue }
            let isRead: Bool
            if isUniform, let answer = known[column] {
                isRead = answer
            } else {
                result.removeAll(keepingCapacity: true)
                for configuration in configurations
                where result.isEmpty && machine.mayRead(byte, in: configuration) {
                    machine.advance(configuration, byte, into: &result)
                }
                isRead = !result.isEmpty
                known[column] = isRead
            }
            guard isRead else { continue }
            bytes.append(byte)
            if bytes.count == limit { break }
        }
        return bytes
    }

    /// The columns of all bytes that may follow, and perhaps of others.
    private var readableColumns: SIMD4<UInt64> {
        configurations.reduce(SIMD4()) { columns, configuration in
            let state = Int(configuration.state)
            let endsInside = configuration.frame != nil && machine.traits[state].contains(.accepting)
            return endsInside ? SIMD4(repeating: .max) : columns | machine.readable[state]
        }
    }

    /// The longest text that every instance goes on with: empty where it may end or where two bytes can follow.
    ///
    /// - Parameter limit: Most bytes, since a schema can force an array of any length.
    /// - Returns: The bytes.
    public func forcedBytes(atMost limit: Int = 16_384) -> [UInt8] {
        var state = self
        var bytes: [UInt8] = []
        while !state.isComplete, bytes.count < limit {
            let next = state.nextBytes(atMost: 2)
            guard next.count == 1, let byte = next.first, let after = state.advance(byte) else { break }
            bytes.append(byte)
            state = after
        }
        return bytes
    }
}
