import Foundation
import RectoPages
import RectoTestSupport
import Testing

@Suite struct RasterizerFailureTests {
    /// Inspects, then renders the first page; returns the error of the first that fails.
    private static func failure(
        of bytes: [UInt8],
        limits: RasterizerLimits = RasterizerLimits()
    ) async throws -> PagesError? {
        let folder = try TemporaryFolder()
        let file = try folder.write(bytes, as: "a.pdf")
        defer { withExtendedLifetime(folder) {} }
        return try await failure(of: file, limits: limits)
    }

    private static func failure(
        of file: URL,
        limits: RasterizerLimits = RasterizerLimits()
    ) async throws -> PagesError? {
        let rasterizer = try Renderer.make(limits: limits)
        do {
            _ = try await rasterizer.inspect(file)
            _ = try await rasterizer.rasterize(PageNumber(1), of: file, dpi: 72)
            return nil
        } catch let error as PagesError {
            return error
        }
    }

    private static let good = SyntheticPDF.document([.init(lines: ["Good"])])

    private static func catalogOnly(_ pages: String) -> [UInt8] {
        var file = SyntheticPDF()
        file.add("<</Type/Catalog/Pages 2 0 R>>")
        file.add(pages)
        return file.bytes
    }

    @Test(arguments: [
        ("document.empty", []),
        ("document.unsupported", Array("hello hello hello".utf8)),
        ("document.unsupported", [0xFF, 0xD8, 0xFF, 0xE0]),
        ("document.damaged", Array(good.prefix(good.count / 2))),
        ("document.damaged", Array("%PDF-1.7\n".utf8)),
        ("document.no-pages", catalogOnly("<</Type/Pages/Kids[]/Count 0>>")),
        ("page.zero-size", SyntheticPDF.document([.init(mediaBox: "[0 0 0 0]", content: "")])),
        ("page.zero-size", SyntheticPDF.document([.init(mediaBox: "[0 0 300 0]", content: "")])),
        ("page.zero-size", SyntheticPDF.document([.init(entries: "/CropBox[9 9 9 9]", content: "")])),
        ("page.zero-size", SyntheticPDF.document([.init(entries: "/CropBox[900 900 950 950]", content: "")])),
        ("page.too-large", SyntheticPDF.hugeBox),
    ])
    func badDocumentHasACodeOfItsOwn(code: String, bytes: [UInt8]) async throws {
        let error = try #require(try await Self.failure(of: bytes))
        #expect(error.code == code)
        #expect(error.category == .document && !error.isRetryable)
        #expect(error.facts["file"]?.hasSuffix("a.pdf") == true)
        #expect(error.facts["page"] == (code.hasPrefix("page.") ? "1" : nil))
        #expect(error.description.contains("a.pdf") && error.description.hasSuffix("."))
    }

    @Test func jpegIsNamedInTheError() async throws {
        let error = try await Self.failure(of: [0xFF, 0xD8, 0xFF, 0xE0])
        #expect(error?.facts["found"] == "a JPEG image")
    }

    @Test(arguments: ["encrypted-rc4-40.pdf", "encrypted-aes-256.pdf"])
    func encryptedDocumentAsksForItsPassword(name: String) async throws {
        let file = Fixture.url(name)
        let place = PagesError.Place(file: file.path)
        #expect(try await Self.failure(of: file) == .encrypted(place))
        let wrong = RasterizerLimits(passwords: ["nothing", "möglich"])
        #expect(try await Self.failure(of: file, limits: wrong) == .wrongPassword(place, tried: 2))
    }

    @Test(arguments: ["encrypted-rc4-40.pdf", "encrypted-aes-256.pdf"])
    func passwordsAreTriedInOrder(name: String) async throws {
        let limits = RasterizerLimits(passwords: ["wrong", "", "sécret", "secret", "never reached"])
        let rasterizer = try Renderer.make(limits: limits)
        #expect(try await rasterizer.inspect(Fixture.url(name)).pageCount == 2)
        let page = try await rasterizer.rasterize(PageNumber(1), of: Fixture.url(name), dpi: 72)
        #expect(page.words.map(\.text) == ["Page", "one"])
    }

    @Test func ownerPasswordAloneDoesNotLockReaders() async throws {
        #expect(try await Self.failure(of: Fixture.url("owner-password-only.pdf")) == nil)
    }

    @Test func pageBeyondTheLastIsMissing() async throws {
        let error = await #expect(throws: PagesError.self) { try await Renderer.page(of: Self.good, 7) }
        #expect(error?.code == "page.missing" && error?.facts["pages"] == "1" && error?.facts["page"] == "7")
    }

    @Test func documentWithTooManyPagesIsRefused() async throws {
        let bytes = SyntheticPDF.document([.init(content: ""), .init(content: ""), .init(content: "")])
        let error = try await Self.failure(of: bytes, limits: RasterizerLimits(maximumPages: 2))
        #expect(error?.code == "document.too-many-pages" && error?.facts["found"] == "3")
    }

    @Test func fileThatDoesNotExistIsUnreadable() async throws {
        let error = try await Self.failure(of: URL(fileURLWithPath: "/nonexistent/a.pdf"))
        #expect(error?.code == "document.unreadable" && error?.isRetryable == true)
    }

    @Test func folderIsUnreadable() async throws {
        let error = try await Self.failure(of: FileManager.default.temporaryDirectory)
        #expect(error?.facts["reason"] == "it is not a regular file")
    }

    @Test func missingProgramIsAMistakeOfTheInstallation() async throws {
        let rasterizer = SandboxedRasterizer(executable: URL(fileURLWithPath: "/nonexistent/recto-rasterizer"))
        let error = await #expect(throws: PagesError.self) { try await rasterizer.inspect(Fixture.url("plain.pdf")) }
        #expect(error == .rasterizerMissing(searched: ["/nonexistent/recto-rasterizer"]))
        #expect(error?.category == .defect)
    }

    @Test func pageWithoutMediaBoxIsFlagged() async throws {
        var file = SyntheticPDF()
        file.add("<</Type/Catalog/Pages 2 0 R>>")
        file.add("<</Type/Pages/Kids[3 0 R]/Count 1>>")
        file.add("<</Type/Page/Parent 2 0 R>>")
        let page = try await Renderer.page(of: file.bytes)
        #expect(page.size == PageSize(width: 612, height: 792))
        #expect(page.warnings.contains { $0.contains("MediaBox") })
    }
}
