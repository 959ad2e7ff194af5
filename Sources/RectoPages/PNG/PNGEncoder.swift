internal import CPNG

extension PNGFile {
    /// Encodes 8-bit RGB without interlacing, through libpng's simplified interface.
    ///
    /// - Parameters:
    ///   - image: The pixels.
    ///   - file: The path that an error names.
    /// - Returns: The file's bytes.
    /// - Throws: `PagesError.imageNotWritten` with libpng's message.
    static func encode(_ image: PixelImage, for file: String) throws -> [UInt8] {
        var control = unsafe png_image()
        unsafe control.version = UInt32(PNG_IMAGE_VERSION)
        unsafe control.width = UInt32(image.width)
        unsafe control.height = UInt32(image.height)
        unsafe control.format = PNG_FORMAT_FLAG_COLOR
        unsafe control.flags = UInt32(PNG_IMAGE_FLAG_FAST)
        defer { unsafe png_image_free(&control) }
        var count = largestSize(of: image)
        var bytes = [UInt8](repeating: 0, count: count)
        let isWritten = unsafe bytes.withUnsafeMutableBytes { target in
            unsafe image.pixels.withUnsafeBytes { pixels in
                unsafe png_image_write_to_memory(&control, target.baseAddress, &count, 0, pixels.baseAddress, 0, nil)
            }
        }
        guard isWritten != 0 else {
            let message = unsafe withUnsafeBytes(of: control.message) { text in
                unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw PagesError.imageNotWritten(file: file, reason: message)
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// libpng's own bound on what compression may make of the rows, plus its chunks.
    private static func largestSize(of image: PixelImage) -> Int {
        let rows = (image.width * 3 + 1) * image.height
        let compressed = rows + (rows + 7) / 8 + (rows + 63) / 64 + 11
        return compressed + 12 * (compressed / 8192 + 2) + 200
    }
}
