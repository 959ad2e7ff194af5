extension SyntheticPDF {
    /// A document whose page is one object and its content another.
    private static func single(
        resources: String = "",
        box: String = "0 0 595 842",
        content: String,
        more: (inout SyntheticPDF) -> Void = { _ in }
    ) -> [UInt8] {
        var file = SyntheticPDF()
        file.add("<</Type/Catalog/Pages 2 0 R>>")
        file.add("<</Type/Pages/Kids[3 0 R]/Count 1>>")
        file.add("<</Type/Page/Parent 2 0 R/MediaBox[\(box)]/Resources<<\(resources)>>/Contents 4 0 R>>")
        file.addStream("", Array(content.utf8))
        more(&file)
        return file.bytes
    }

    /// A page of a billion points on a side.
    public static var hugeBox: [UInt8] { single(box: "0 0 1000000000 1000000000", content: "0 0 m 10 10 l S") }

    /// Forms that draw ten forms that draw ten forms, eight levels deep.
    public static var nestedForms: [UInt8] {
        single(resources: "/XObject<</F 5 0 R>>", content: "/F Do") { file in
            for level in 0..<8 {
                let isLast = level == 7
                let inner = isLast ? "" : "/Resources<</XObject<</F \(6 + level) 0 R>>>>"
                let content = isLast ? "0 0 m 500 500 l S " : String(repeating: "/F Do ", count: 10)
                file.addStream("/Type/XObject/Subtype/Form/BBox[0 0 600 900]\(inner)", Array(content.utf8))
            }
        }
    }

    /// An image that claims 30,000 × 30,000 pixels.
    public static var bigImage: [UInt8] {
        single(resources: "/XObject<</I 5 0 R>>", content: "q 500 0 0 500 0 0 cm /I Do Q") { file in
            file.addStream(
                "/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8/ColorSpace/DeviceRGB",
                [UInt8](repeating: 0, count: 3_000)
            )
        }
    }

    /// A page tree that contains itself and claims a hundred million pages.
    public static var recursivePages: [UInt8] {
        var file = SyntheticPDF()
        file.add("<</Type/Catalog/Pages 2 0 R>>")
        file.add("<</Type/Pages/Kids[2 0 R 3 0 R]/Count 100000000>>")
        file.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>")
        file.addStream("", Array("S".utf8))
        return file.bytes
    }

    /// A page filled with a pattern of a thousandth of a point.
    public static var tinyTiles: [UInt8] {
        single(resources: "/Pattern<</P 5 0 R>>", content: "/Pattern cs /P scn 0 0 595 842 re f") { file in
            file.addStream(
                "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 0.001 0.001]"
                    + "/XStep 0.001/YStep 0.001/Resources<<>>",
                Array("0 0 0.0005 0.0005 re f".utf8)
            )
        }
    }
}

extension SyntheticPDF {
    /// A page that shows one image.
    ///
    /// - Parameters:
    ///   - dictionary: Entries of the image besides its type: width, height, filter, …
    ///   - bytes: The image's stream.
    /// - Returns: The file.
    public static func showing(image dictionary: String, _ bytes: [UInt8]) -> [UInt8] {
        single(resources: "/XObject<</I 5 0 R>>", content: "q 500 0 0 500 0 0 cm /I Do Q") { file in
            file.addStream("/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceGray\(dictionary)", bytes)
        }
    }
}
