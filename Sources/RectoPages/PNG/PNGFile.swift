public import Foundation

/// Writes PNG files of 8-bit RGB; none are read here, documents are read in the sandbox.
public enum PNGFile {
    /// Writes an image beside its destination, then moves it there, so that no half-written file is ever seen.
    ///
    /// - Parameters:
    ///   - image: The pixels.
    ///   - file: Where to put them; an existing file is replaced.
    /// - Throws: `PagesError.imageNotWritten`.
    public static func write(_ image: PixelImage, to file: URL) throws {
        let bytes = try encode(image, for: file.path)
        do {
            try Data(bytes).write(to: file, options: .atomic)
        } catch {
            throw PagesError.imageNotWritten(file: file.path, reason: error.localizedDescription)
        }
    }
}
