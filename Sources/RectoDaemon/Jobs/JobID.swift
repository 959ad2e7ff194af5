import Foundation

/// Makes identifiers of jobs: milliseconds and chance, in base 36, so that they sort by time and are short to type.
package enum JobID {
    /// A new identifier, for example `mi8k2x1a-4f9z0q`.
    package static func make() -> String {
        let milliseconds = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
        let chance = UInt64.random(in: 0..<2_176_782_336)
        let digits = String(chance, radix: 36)
        return String(milliseconds, radix: 36) + "-" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
