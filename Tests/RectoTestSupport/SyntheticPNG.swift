/// Builds PNG files of every kind out of raw rows, with stored (uncompressed) data.
public struct SyntheticPNG: Sendable {
    /// Width in pixels.
    public var width: UInt32
    /// Height in pixels.
    public var height: UInt32
    /// Bits per sample: 1, 2, 4, 8 or 16.
    public var bitDepth: UInt8
    /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
    public var colorType: UInt8
    /// The packed samples of each row; of each row of each pass when interlaced.
    public var rows: [[UInt8]]
    /// Whether the rows are those of Adam7's seven passes.
    public var isInterlaced = false
    /// RGB triples of the palette.
    public var palette: [UInt8] = []
    /// The content of `tRNS`.
    public var transparency: [UInt8] = []
    /// Pixels per metre, for `pHYs`.
    public var pixelsPerMetre: (x: UInt32, y: UInt32)?

    /// Describes an image.
    ///
    /// - Parameters:
    ///   - width: Width in pixels.
    ///   - height: Height in pixels.
    ///   - bitDepth: Bits per sample.
    ///   - colorType: PNG's colour type.
    ///   - rows: The packed samples of each row.
    public init(width: UInt32, height: UInt32, bitDepth: UInt8 = 8, colorType: UInt8 = 2, rows: [[UInt8]]) {
        self.width = width
        self.height = height
        self.bitDepth = bitDepth
        self.colorType = colorType
        self.rows = rows
    }

    /// The file.
    public var bytes: [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += Self.chunk(
            "IHDR",
            Self.bigEndian(width) + Self.bigEndian(height) + [bitDepth, colorType, 0, 0, isInterlaced ? 1 : 0]
        )
        if let pixelsPerMetre {
            file += Self.chunk("pHYs", Self.bigEndian(pixelsPerMetre.x) + Self.bigEndian(pixelsPerMetre.y) + [1])
        }
        if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
        if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
        file += Self.chunk("IDAT", Self.zlib(rows.flatMap { [0] + $0 }))
        return file + Self.chunk("IEND", [])
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + content
        return bigEndian(UInt32(content.count)) + named + bigEndian(checksum(named))
    }

    /// CRC-32 as PNG wants it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// A zlib stream of stored blocks.
    private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            let count = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            for value in [count, ~count] { stream += [UInt8(value & 0xFF), UInt8(value >> 8)] }
            stream += bytes[start..<end]
            start = end
        } while start < bytes.count
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return stream + bigEndian(high << 16 | low)
    }
}
