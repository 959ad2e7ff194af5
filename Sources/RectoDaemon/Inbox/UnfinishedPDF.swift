import Foundation

/// A PDF whose end is not there yet, as far as a look at its first and last bytes can tell.
///
/// Nobody can ask whether another user's file is still open for writing. A PDF ends with `%%EOF`, so one that does not
/// is most likely still being written, and is given more time; it may also be damaged, so the time has an end.
package enum UnfinishedPDF {
    /// How many bytes at the end are searched for the mark: some programs append to a finished PDF.
    private static let tail: Int64 = 2048

    /// How long such a file must have been still before it is taken as it is.
    package static func patience(quietPeriod: Duration) -> Duration { max(quietPeriod * 10, .seconds(30)) }

    /// Whether a file begins like a PDF and does not end like one.
    package static func lies(at path: String, size: Int64, files: some FileOperations) throws -> Bool {
        guard try files.read(path, from: 0, count: 5) == Data("%PDF-".utf8) else { return false }
        let end = try files.read(path, from: max(0, size - tail), count: Int(tail))
        return end.range(of: Data("%%EOF".utf8)) == nil
    }
}
