import Foundation
import RectoPages
import RectoTestSupport
import Testing

/// What hostile documents may do: fail within their limits, and nothing else.
@Suite struct RasterizerHostileTests {
    private static let tight = RasterizerLimits(memoryBytes: 1 << 30, cpuSeconds: 2, wallClock: .seconds(20))

    private static func outcome(of bytes: [UInt8], limits: RasterizerLimits = tight) async throws -> String {
        do {
            _ = try await Renderer.page(of: bytes, dpi: 150, limits: limits)
            return "page"
        } catch let error as PagesError {
            return error.code
        }
    }

    @Test(arguments: [
        (SyntheticPDF.hugeBox, "page.too-large"), (SyntheticPDF.nestedForms, "page.cpu-limit"),
        (SyntheticPDF.bigImage, "page.memory-limit"), (SyntheticPDF.recursivePages, "document.no-pages"),
        (SyntheticPDF.tinyTiles, "page"),
    ])
    func bombEndsWithinItsLimits(bytes: [UInt8], expected: String) async throws {
        #expect(try await Self.outcome(of: bytes) == expected)
    }

    @Test func deadlineKillsARendererThatIsStillBusy() async throws {
        let limits = RasterizerLimits(wallClock: .milliseconds(300))
        // Left alone it would end after 20 s with another code, that of the processor's limit.
        #expect(try await Self.outcome(of: SyntheticPDF.nestedForms, limits: limits) == "page.time-limit")
    }

    @Test func cancelledTaskKillsTheRenderer() async throws {
        let task = Task { try await Renderer.page(of: SyntheticPDF.nestedForms) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func failedAllocationIsNeverABlankPage() async throws {
        // Cairo needs 153 MB for this page, and the libraries some 40 more.
        let limits = RasterizerLimits(memoryBytes: 170 << 20)
        let bytes = SyntheticPDF.document([.init(content: "q 500 0 0 500 0 0 cm /I Do Q")])
        let error = await #expect(throws: PagesError.self) {
            try await Renderer.page(of: bytes, dpi: 1200, limits: limits)
        }
        #expect(error?.code == "page.memory-limit" && error?.facts["megabytes"] == "170")
    }

    @Test func complaintsOfTheRendererReachThePage() async throws {
        let bytes = SyntheticPDF.document([.init(content: "/Missing Do BT /F 12 Tf 9 9 Td (x) Tj ET")])
        let page = try await Renderer.page(of: bytes)
        #expect(page.warnings.contains { $0.contains("Missing") })
    }

    @Test func pageThatHidesItsTextIsFlaggedAsBlank() async throws {
        // Rendering mode 3 draws nothing: the text layer of a scan whose picture is gone.
        let content = "BT 3 Tr /F 12 Tf 99 99 Td (secret) Tj ET"
        let page = try await Renderer.page(of: SyntheticPDF.document([.init(content: content)]))
        #expect(page.words.map(\.text) == ["secret"])
        #expect(page.warnings == ["the page came out blank although its text layer has 1 words"])
    }

    @Test func pageWhosePatternsVanishIsFlaggedAsBlank() async throws {
        let page = try await Renderer.page(of: SyntheticPDF.tinyTiles)
        #expect(page.image.pixels.allSatisfy { $0 == 255 })
        #expect(page.warnings == ["the page came out blank although it paints with patterns"])
    }

    @Test func thousandMutationsEndAsPagesOrCodes() async throws {
        let seeds = try ["plain.pdf", "object-streams.pdf", "encrypted-rc4-40.pdf", "owner-password-only.pdf"]
            .map { Array(try Data(contentsOf: Fixture.url($0))) }
        let documents = seeds + [SyntheticPDF.document([.init(lines: ["Invoice 2026-11", "Total 1,234.00"])])]
        let folder = try TemporaryFolder()
        let limits = RasterizerLimits(memoryBytes: 512 << 20, cpuSeconds: 5, wallClock: .seconds(30))
        let rasterizer = try Renderer.make(limits: limits)
        let worker: @Sendable (Int) async throws -> [String: Int] = { lane in
            var outcomes: [String: Int] = [:]
            var random = SeededRandom(seed: UInt64(lane))
            for round in 0..<250 {
                let bytes = PDFMutator.mutate(documents[round % documents.count], with: &random)
                let file = try folder.write(bytes, as: "\(lane).pdf")
                outcomes[try await Self.code(of: file, with: rasterizer), default: 0] += 1
            }
            return outcomes
        }
        let outcomes = try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for lane in 0..<4 { group.addTask { try await worker(lane) } }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        #expect(outcomes.values.reduce(0, +) == 1000)
        #expect(outcomes.keys.allSatisfy { !$0.hasPrefix("rasterizer.") && !$0.hasSuffix("-limit") }, "\(outcomes)")
        #expect(outcomes["page", default: 0] > 100 && outcomes.count > 3, "\(outcomes)")
        let good = try await rasterizer.rasterize(PageNumber(1), of: Fixture.url("plain.pdf"), dpi: 72)
        #expect(good.words.map(\.text) == ["Page", "one"] && good.warnings.isEmpty)
    }

    private static func code(of file: URL, with rasterizer: SandboxedRasterizer) async throws -> String {
        do {
            _ = try await rasterizer.rasterize(PageNumber(1), of: file, dpi: 72)
            return "page"
        } catch let error as PagesError {
            return error.code
        }
    }
}

/// Damages documents the way that transmission errors and attackers do.
private enum PDFMutator {
    private static let numbers = [
        "0", "-1", "2147483647", "4294967296", "-0.00001", "65536", "99999999999999999999", "1000000000",
    ]

    static func mutate(_ document: [UInt8], with random: inout SeededRandom) -> [UInt8] {
        var bytes = document
        // The header stays, so that every mutation reaches poppler.
        let start = Int.random(in: 9..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let number = numbers.randomElement(using: &random) ?? "0"
            let digits = bytes[start...].firstIndex { (48...57).contains($0) } ?? start
            let end = bytes[digits...].firstIndex { !(48...57).contains($0) } ?? bytes.count
            bytes.replaceSubrange(digits..<end, with: Array(number.utf8))
        case 1:
            for _ in 0..<Int.random(in: 1..<20, using: &random) {
                bytes[Int.random(in: 9..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
        case 2:
            let from = Int.random(in: 0..<bytes.count, using: &random)
            bytes.insert(contentsOf: Array(bytes[from...].prefix(Int.random(in: 1..<2000, using: &random))), at: start)
        default:
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1..<200, using: &random)))
        }
        return bytes
    }
}
