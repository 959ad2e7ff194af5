/// A set of Unicode scalar values as sorted ranges that neither overlap nor touch.
public struct CodePointSet: Sendable, Hashable {
    /// The ranges of scalar values in rising order; surrogates (U+D800 to U+DFFF) are in none.
    public let ranges: [ClosedRange<UInt32>]

    /// Creates a set; ranges may overlap, and surrogates are taken out.
    ///
    /// - Parameter ranges: Ranges of code points in any order.
    public init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.flatMap(Self.withoutSurrogates).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    /// Creates a set of one.
    ///
    /// - Parameter scalar: The scalar.
    public init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    /// All scalar values.
    public static let all = CodePointSet([0...0x10FFFF])

    /// Whether there is no member.
    public var isEmpty: Bool { ranges.isEmpty }

    /// All scalar values that are not in this set.
    public var complement: CodePointSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
        return CodePointSet(gaps)
    }

    /// The members of either set.
    ///
    /// - Parameter other: Another set.
    /// - Returns: The larger set.
    public func union(_ other: CodePointSet) -> CodePointSet { CodePointSet(ranges + other.ranges) }

    /// Whether a scalar is a member.
    ///
    /// - Parameter scalar: The scalar.
    /// - Returns: Whether one of the ranges holds it.
    public func contains(_ scalar: Unicode.Scalar) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= scalar.value
    }

    private static func withoutSurrogates(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
        guard range.lowerBound <= 0xDFFF, range.upperBound >= 0xD800 else { return [range] }
        var parts: [ClosedRange<UInt32>] = []
        if range.lowerBound < 0xD800 { parts.append(range.lowerBound...0xD7FF) }
        if range.upperBound > 0xDFFF { parts.append(0xE000...range.upperBound) }
        return parts
    }
}
