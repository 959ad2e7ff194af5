import RectoPages
import RectoTestSupport
import Testing

/// Pages that come out wrong are never returned without a warning.
@Suite struct RasterizerDamageTests {
    /// A zlib stream of 16 grey pixels, stored; the last four bytes are its checksum.
    private static let intact: [UInt8] =
        [0x78, 0x01, 1, 16, 0, 0xEF, 0xFF] + [UInt8](repeating: 0, count: 16) + [0, 16, 0, 1]

    private static func warnings(ofImage dictionary: String, _ bytes: [UInt8]) async throws -> [String] {
        try await Renderer.page(of: SyntheticPDF.showing(image: dictionary, bytes)).warnings
    }

    @Test func intactStreamHasNoWarning() async throws {
        #expect(try await Self.warnings(ofImage: "/Width 4/Height 4/Filter/FlateDecode", Self.intact).isEmpty)
    }

    @Test(arguments: 7..<23)
    func flippedBitIsFoundByItsChecksum(position: Int) async throws {
        var bytes = Self.intact
        bytes[position] ^= 0x20
        let warnings = try await Self.warnings(ofImage: "/Width 4/Height 4/Filter/FlateDecode", bytes)
        #expect(warnings == ["a compressed stream of the page is damaged: its checksum is wrong"])
    }

    @Test func imageTooLargeForTheRendererIsFlagged() async throws {
        let warnings = try await Self.warnings(ofImage: "/Width 40000/Height 2", [UInt8](repeating: 0, count: 80_000))
        #expect(warnings == ["an image of 40000 x 2 pixels is too large to be drawn"])
    }

    @Test(arguments: [
        ("/Width 40/Height 40", [UInt8](repeating: 0, count: 800)),
        ("/Width 4/Height 8/Filter/FlateDecode", intact),
    ])
    func imageWhoseDataEndEarlyIsFlagged(dictionary: String, bytes: [UInt8]) async throws {
        #expect(try await Self.warnings(ofImage: dictionary, bytes).contains("the data of an image end early"))
    }

    @Test func jpegWithoutItsEndIsFlagged() async throws {
        let warnings = try await Self.warnings(ofImage: "/Width 4/Height 4/Filter/DCTDecode", [0xFF, 0xD8, 0xFF, 0xE0])
        #expect(warnings.contains("the data of an image end early"))
    }
}
