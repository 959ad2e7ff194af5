/// A partition of the Unicode scalar values into classes that an automaton does not tell apart.
struct ScalarClasses: Sendable, Hashable {
    /// Where the intervals begin, in rising order; the first begins at 0.
    let starts: [UInt32]
    /// The class of each interval.
    let classes: [Int]
    /// How many classes there are.
    let count: Int

    /// One class of all scalars.
    static let one = ScalarClasses(starts: [0], classes: [0], count: 1)

    private init(starts: [UInt32], classes: [Int], count: Int) {
        self.starts = starts
        self.classes = classes
        self.count = count
    }

    /// Makes the coarsest partition that tells the members of some sets apart.
    ///
    /// - Parameter sets: The sets.
    /// - Returns: The partition and, for each set, its classes in rising order.
    static func separating(_ sets: [CodePointSet]) -> (classes: ScalarClasses, members: [[Int]]) {
        var changes: [UInt32: [Int]] = [0: []]
        for (index, set) in sets.enumerated() {
            for range in set.ranges {
                changes[range.lowerBound, default: []].append(index)
                changes[range.upperBound + 1, default: []].append(index)
            }
        }
        var (starts, classes) = ([UInt32](), [Int]())
        var numbers: [Set<Int>: Int] = [:]
        var current: Set<Int> = []
        for (start, toggled) in changes.sorted(by: { $0.key < $1.key }) where start <= 0x10FFFF {
            for index in toggled { current.formSymmetricDifference([index]) }
            let number = numbers[current] ?? numbers.count
            numbers[current] = number
            starts.append(start)
            classes.append(number)
        }
        var members = [[Int]](repeating: [], count: sets.count)
        for (signature, number) in numbers.sorted(by: { $0.value < $1.value }) {
            for index in signature { members[index].append(number) }
        }
        return (ScalarClasses(starts: starts, classes: classes, count: numbers.count), members)
    }

    /// Makes the partition that is as fine as several.
    ///
    /// - Parameter parts: The partitions.
    /// - Returns: The partition and, for each of its classes, the class of each part.
    static func refining(_ parts: [ScalarClasses]) -> (classes: ScalarClasses, origins: [[Int]]) {
        let all = Set(parts.flatMap(\.starts)).sorted()
        var places = [Int](repeating: 0, count: parts.count)
        var numbers: [[Int]: Int] = [:]
        var origins: [[Int]] = []
        var (starts, classes) = ([UInt32](), [Int]())
        for start in all {
            let origin = parts.indices.map { part in
                let other = parts[part]
                while places[part] + 1 < other.starts.count, other.starts[places[part] + 1] <= start {
                    places[part] += 1
                }
                return other.classes[places[part]]
            }
            let number = numbers[origin] ?? origins.count
            if number == origins.count {
                numbers[origin] = number
                origins.append(origin)
            }
            if classes.last != number {
                starts.append(start)
                classes.append(number)
            }
        }
        return (ScalarClasses(starts: starts, classes: classes, count: origins.count), origins)
    }

    /// Finds the class of a scalar.
    ///
    /// - Parameter scalar: The scalar.
    /// - Returns: Its class.
    func classIndex(of scalar: Unicode.Scalar) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= scalar.value { low = middle } else { high = middle }
        }
        return classes[low]
    }

    /// Goes through the intervals in rising order; surrogates are in some of them.
    ///
    /// - Parameter body: Is given the scalar values and their class.
    func forEachInterval(_ body: (ClosedRange<UInt32>, Int) -> Void) {
        for index in starts.indices {
            let end = index + 1 < starts.count ? starts[index + 1] - 1 : 0x10FFFF
            body(starts[index]...end, classes[index])
        }
    }
}
