extension Machine {
    /// Most ways of reading one text that are followed at once; further ones are dropped, which only makes less acceptable.
    static let configurationLimit = 256

    /// The ways in which a text can begin.
    ///
    /// - Returns: The configurations before the first byte.
    func startConfigurations() -> [Configuration] {
        var result: [Configuration] = []
        for start in starts[0] { enter(start, 0, nil, nil, into: &result) }
        return result
    }

    /// Reads a byte.
    ///
    /// - Parameters:
    ///   - configuration: One way in which the text so far can be read.
    ///   - byte: The next byte.
    ///   - result: Is given the ways in which the longer text can be read.
    func advance(_ configuration: borrowing Configuration, _ byte: UInt8, into result: inout [Configuration]) {
        let state = Int(configuration.state)
        let step = steps[state * width + Int(columns[Int(byte)])]
        if step >= 0 { follow(step, from: configuration, byte, into: &result) }
        // A number ends where something else begins.
        if traits[state].contains(.accepting), let frame = configuration.frame {
            var outer: [Configuration] = []
            enter(frame.state, frame.count, frame.outer, frame.keys, into: &outer)
            for configuration in outer { advance(configuration, byte, into: &result) }
        }
    }

    private func follow(
        _ step: Step,
        from configuration: borrowing Configuration,
        _ byte: UInt8,
        into result: inout [Configuration]
    ) {
        let target = step >> 1
        guard traits[Int(target)].contains(.key) || traits[Int(configuration.state)].contains(.key) else {
            enter(target, configuration.count + step & 1, configuration.frame, configuration.keys, into: &result)
            return
        }
        let keys = configuration.keys ?? UsedKeys(finished: [], current: [])
        if !traits[Int(target)].contains(.key) {
            guard let keys = keys.finishing() else { return }
            enter(target, 0, configuration.frame, keys, into: &result)
        } else if !traits[Int(configuration.state)].contains(.key) {
            enter(target, 0, configuration.frame, keys, into: &result)
        } else {
            enter(target, configuration.count + step & 1, configuration.frame, keys.appending([byte]), into: &result)
        }
    }

    /// Enters a state, unless no value could be completed from it, and what it branches into.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - count: The counter.
    ///   - frame: What goes on after this value.
    ///   - keys: The keys of this object.
    ///   - result: Is given the configurations.
    func enter(_ state: Int32, _ count: Int32, _ frame: Frame?, _ keys: UsedKeys?, into result: inout [Configuration]) {
        let index = Int(state)
        let room = frame?.room ?? Int32(options.maximumDepth)
        guard least[index] <= count, count <= most[index], heights[index] <= room else { return }
        let traits = traits[index]
        if !traits.isDisjoint(with: [.key, .keyGate]), let keys, !hasUnusedKey(index, count, keys) { return }
        if traits.contains(.branching) {
            for jump in jumps[index] ?? [] { enter(jump, count, frame, keys, into: &result) }
            for call in calls[index] ?? [] {
                let inner = Frame(state: Int32(call.next), count: count, keys: keys, outer: frame, room: room - 1)
                for start in starts[call.goal] { enter(start, 0, inner, nil, into: &result) }
            }
        }
        if traits.contains(.moving) || (traits.contains(.accepting) && frame == nil) {
            let configuration = Configuration(state: state, count: count, frame: frame, keys: keys)
            guard result.count < Self.configurationLimit, !result.contains(configuration) else { return }
            result.append(configuration)
        } else if traits.contains(.accepting), let frame {
            enter(frame.state, frame.count, frame.outer, frame.keys, into: &result)
        }
    }

    private func hasUnusedKey(_ state: Int, _ count: Int32, _ keys: UsedKeys) -> Bool {
        guard !keys.finished.isEmpty, let row = keyRows[state] else { return true }
        if traits[state].contains(.keyGate) {
            let limit = min(options.maximumAdditionalProperties, 200)
            return keys.finished.count < min(limit, Int(completions[row]))
        }
        let used = keys.finished.count { $0.starts(with: keys.current) }
        return used < completions[row - Int(count)]
    }
}
