import Foundation
import RectoPages
import RectoTestSupport
import Testing

/// A renderer that misbehaves: shell scripts in its place.
@Suite struct RasterizerProtocolTests {
    private static func failure(
        ofScript script: String,
        limits: RasterizerLimits = RasterizerLimits(wallClock: .seconds(20))
    ) async throws -> PagesError? {
        await #expect(throws: PagesError.self) { try await page(ofScript: script, limits: limits) }
    }

    private static func page(
        ofScript script: String,
        limits: RasterizerLimits = RasterizerLimits(wallClock: .seconds(20))
    ) async throws -> RasterizedPage {
        let folder = try TemporaryFolder()
        let program = try folder.write(Array("#!/bin/sh\n\(script)\n".utf8), as: "renderer")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        defer { withExtendedLifetime(folder) {} }
        let rasterizer = SandboxedRasterizer(executable: program, limits: limits)
        return try await rasterizer.rasterize(PageNumber(3), of: URL(fileURLWithPath: "/a.pdf"), dpi: 72)
    }

    private static func header(_ width: Int, _ height: Int, words: Int = 2, points: String = "[9,9]") -> String {
        #"{"points":\#(points),"width":\#(width),"height":\#(height),"dpi":72,"wordsBytes":\#(words),"warnings":[]}"#
    }

    private static let place = PagesError.Place(file: "/a.pdf", page: PageNumber(3))

    @Test(arguments: [
        "echo garbage", "printf garbage", "true", "exit 3", "head -c 3000000 /dev/zero",
        "echo '\(header(1, 1))'; printf '[]ab'", "echo '\(header(1, 1))'; printf '[]abcd'",
        "echo '\(header(1, 1))'; printf '{}abc'", "echo '\(header(-1, 1))'", "echo '\(header(1 << 40, 1 << 40))'",
        "echo '\(header(1, 1, words: -2))'", "echo '\(header(1, 1, points: "[0,9]"))'; printf '[]abc'",
        "echo '\(header(1, 1, points: "[9]"))'; printf '[]abc'",
        "echo '\(header(1, 1, points: "[9,1e300]"))'; printf '[]abc'", #"echo '{"error":{"code":"new","facts":{}}}'"#,
    ])
    func garbageIsAProtocolViolation(script: String) async throws {
        let error = try #require(try await Self.failure(ofScript: script))
        #expect(error.code == "rasterizer.protocol" && error.category == .document)
        #expect(error.facts["page"] == "3")
    }

    @Test func boxesBeyondThePageAreNotBelieved() async throws {
        let words = #"[["far",1e300,0,1.5e300,9],["near",1,1,1e300,5]]"#
        let header = Self.header(1, 1, words: words.utf8.count)
        let page = try await Self.page(ofScript: "echo '\(header)'; printf '\(words)abc'")
        #expect(page.words == [TextLayerWord(text: "near", box: Box(x0: 1, y0: 1, x1: 9, y1: 5))])
    }

    @Test(arguments: [("SEGV", "SIGSEGV"), ("ABRT", "SIGABRT"), ("SYS", "SIGSYS")])
    func signalIsACrashOfThisDocument(name: String, signal: String) async throws {
        let error = try await Self.failure(ofScript: "kill -\(name) $$")
        #expect(error == .crashed(Self.place, signal: signal))
        #expect(error?.category == .document)
    }

    @Test func killFromOutsideIsTriedAgain() async throws {
        #expect(try await Self.failure(ofScript: "kill -KILL $$")?.isRetryable == true)
    }

    @Test(arguments: [(75, "page.memory-limit"), (76, "page.cpu-limit"), (77, "page.time-limit")])
    func limitInTheMiddleOfThePixelsIsKnownByItsStatus(status: Int, code: String) async throws {
        let script = "echo '\(Self.header(100, 100))'; printf '[]abc'; exit \(status)"
        #expect(try await Self.failure(ofScript: script)?.code == code)
    }

    @Test func missingProtectionStopsTheDaemon() async throws {
        let script = #"echo '{"error":{"code":"sandbox-unavailable","facts":{"missing":"Landlock"}}}'; exit 71"#
        let error = try await Self.failure(ofScript: script)
        #expect(error == .sandboxUnavailable(missing: "Landlock") && error?.category == .defect)
    }

    @Test func programThatCannotRunIsUnusable() async throws {
        let folder = try TemporaryFolder()
        let program = try folder.write([0x7F, 0x45, 0x4C, 0x46, 0], as: "renderer")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let error = await #expect(throws: PagesError.self) {
            try await SandboxedRasterizer(executable: program).inspect(URL(fileURLWithPath: "/a.pdf"))
        }
        #expect(error?.code == "rasterizer.unusable" && error?.isRetryable == true)
    }

    @Test func passwordsAreNoArguments() async throws {
        // The script fails with what it was started with; the password comes on its standard input.
        let script = #"printf '{"error":{"code":"damaged","facts":{"reason":"%s|%s"}}}\n' "$*" "$(tr '\0' ,)""#
        let limits = RasterizerLimits(passwords: ["opensesame"])
        let reason = try await Self.failure(ofScript: script, limits: limits)?.facts["reason"] ?? ""
        let parts = reason.split(separator: "|").map(String.init)
        #expect(parts.count == 2 && !parts[0].contains("opensesame") && parts[0].contains("--passwords"))
        #expect(parts.last == "opensesame,,")
    }
}
