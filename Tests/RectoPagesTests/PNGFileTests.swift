import Foundation
import RectoPages
import RectoTestSupport
import Testing

@Suite struct PNGFileTests {
    @Test(arguments: [(1, 1), (7, 3), (300, 200)])
    func writtenImageComesBackUnchanged(width: Int, height: Int) async throws {
        var random = SeededRandom(seed: 1)
        let pixels = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("a.png")
        try PNGFile.write(PixelImage(width: width, height: height, pixels: pixels), to: file)
        let page = try await Renderer.make().rasterize(PageNumber(1), of: file, dpi: 72)
        #expect(page.image == PixelImage(width: width, height: height, pixels: pixels))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.png"])
    }

    @Test func folderThatDoesNotExistIsNamed() throws {
        let image = PixelImage(width: 1, height: 1, pixels: [0, 0, 0])
        let file = URL(fileURLWithPath: "/nonexistent/a.png")
        let error = #expect(throws: PagesError.self) { try PNGFile.write(image, to: file) }
        #expect(error?.code == "image.not-written" && error?.facts["file"] == "/nonexistent/a.png")
    }
}

@Suite struct DocumentDigestTests {
    @Test func digestIsSHA256OfTheBytes() throws {
        let folder = try TemporaryFolder()
        let digest = try DocumentDigest(of: try folder.write(Array("abc".utf8), as: "abc"))
        #expect(digest.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.byteCount == 3)
    }

    @Test func fileLargerThanABlockIsReadWhole() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([UInt8](repeating: UInt8(ascii: "a"), count: 2_500_000), as: "a")
        let digest = try DocumentDigest(of: file)
        #expect(digest.byteCount == 2_500_000 && digest.hexadecimal.count == 64)
        var shorter = [UInt8](repeating: UInt8(ascii: "a"), count: 2_500_000)
        shorter[2_499_999] = 0
        #expect(try DocumentDigest(of: try folder.write(shorter, as: "b")) != digest)
    }

    @Test func missingFileIsUnreadable() {
        let error = #expect(throws: PagesError.self) { try DocumentDigest(of: URL(fileURLWithPath: "/nonexistent")) }
        #expect(error?.code == "document.unreadable")
    }
}
