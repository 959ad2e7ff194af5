/// Builds small PDF files out of numbered objects, well-formed or hostile.
public struct SyntheticPDF: Sendable {
    private var objects: [[UInt8]] = []

    /// Starts without objects; the first one added must be the catalog.
    public init() {}

    /// Adds an object.
    ///
    /// - Parameter body: Its PDF source.
    /// - Returns: Its number.
    @discardableResult
    public mutating func add(_ body: String) -> Int {
        objects.append(Array(body.utf8))
        return objects.count
    }

    /// Adds a stream object.
    ///
    /// - Parameters:
    ///   - dictionary: The entries of its dictionary, without `Length`.
    ///   - bytes: What the stream holds.
    /// - Returns: Its number.
    @discardableResult
    public mutating func addStream(_ dictionary: String = "", _ bytes: [UInt8]) -> Int {
        let head = Array("<<\(dictionary)/Length \(bytes.count)>>stream\n".utf8)
        objects.append(head + bytes + Array("\nendstream".utf8))
        return objects.count
    }

    /// The file with its cross-reference table.
    public var bytes: [UInt8] {
        var file = Array("%PDF-1.7\n".utf8)
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.count)
            file += Array("\(index + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
        }
        let table = file.count
        file += Array("xref\n0 \(offsets.count + 1)\n0000000000 65535 f \n".utf8)
        for offset in offsets {
            let digits = String(offset)
            file += Array((String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n").utf8)
        }
        file += Array("trailer<</Size \(offsets.count + 1)/Root 1 0 R>>\nstartxref\n\(table)\n%%EOF".utf8)
        return file
    }
}

extension SyntheticPDF {
    /// One page of a document made by `SyntheticPDF.document(_:)`.
    public struct Page: Sendable {
        /// The MediaBox as PDF source, for example `[0 0 595 842]`.
        public var mediaBox: String
        /// Further entries of the page's dictionary, for example `/Rotate 90`.
        public var entries: String
        /// The content stream.
        ///
        /// Its resources are the fonts `F` (Helvetica) and `C` (Courier) and the image `I` (2 × 2 pixels: black,
        /// white, white, black).
        public var content: String

        /// Describes a page.
        ///
        /// - Parameters:
        ///   - mediaBox: The MediaBox as PDF source.
        ///   - entries: Further entries of the page's dictionary.
        ///   - content: The content stream.
        public init(mediaBox: String = "[0 0 595 842]", entries: String = "", content: String) {
            self.mediaBox = mediaBox
            self.entries = entries
            self.content = content
        }

        /// Describes a page with lines of Helvetica.
        ///
        /// - Parameters:
        ///   - lines: The lines, from the top.
        ///   - size: The font's size in points.
        public init(lines: [String], size: Int = 12) {
            let shown = lines.map { "(\($0)) Tj 0 -\(size * 3 / 2) Td" }.joined(separator: "\n")
            self.init(content: "BT /F \(size) Tf 72 770 Td\n\(shown)\nET")
        }
    }

    /// Builds an ordinary document.
    ///
    /// - Parameter pages: Its pages.
    /// - Returns: The file.
    public static func document(_ pages: [Page]) -> [UInt8] {
        var file = SyntheticPDF()
        file.add("<</Type/Catalog/Pages 2 0 R>>")
        let kids = pages.indices.map { "\(6 + 2 * $0) 0 R" }.joined(separator: " ")
        file.add("<</Type/Pages/Kids[\(kids)]/Count \(pages.count)>>")
        file.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
        file.add("<</Type/Font/Subtype/Type1/BaseFont/Courier>>")
        file.addStream(
            "/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray",
            [0, 255, 255, 0]
        )
        for page in pages {
            let number = file.add("")
            file.objects[number - 1] = Array(
                """
                <</Type/Page/Parent 2 0 R/MediaBox\(page.mediaBox)/Contents \(number + 1) 0 R\
                /Resources<</Font<</F 3 0 R/C 4 0 R>>/XObject<</I 5 0 R>>>>\(page.entries)>>
                """.utf8
            )
            file.addStream("", Array(page.content.utf8))
        }
        return file.bytes
    }
}
