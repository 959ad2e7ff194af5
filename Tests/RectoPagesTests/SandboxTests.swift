import Foundation
import RectoPages
import RectoTestSupport
import Testing

@Suite struct SandboxTests {
    /// Runs the program by hand and returns its first line of output and its exit status.
    private static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (Data, Int32) {
        let process = Process()
        process.executableURL = try RasterizerExecutable.locate()
        process.arguments = arguments
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (bytes.prefix { $0 != UInt8(ascii: "\n") }, process.terminationStatus)
    }

    @Test func onlyTheFontConfigurationIsWithinReach() async throws {
        let report = try await Renderer.make().selfTest()
        #expect(report.probes.count == 16 && report.allowed == 1 && report.isContained)
        for probe in report.probes where probe.name != "read /etc/fonts/fonts.conf" {
            #expect(["refused", "killed"].contains(probe.outcome), "\(probe.name): \(probe.outcome)")
        }
    }

    @Test func selfTestTellsContainedFromLoose() throws {
        #expect(try Self.run(["selftest"]).1 == 0)
        let loose = SandboxReport.Probe(name: "read /etc/passwd", outcome: "allowed")
        #expect(!SandboxReport(probes: [loose], allowed: 1).isContained)
    }

    @Test func activeProtectionsAreNamed() throws {
        struct Summary: Decodable {
            var protections: [String]
        }
        let (line, _) = try Self.run(["inspect", Fixture.url("plain.pdf").path])
        let protections = try JSONDecoder().decode(Summary.self, from: line).protections
        #expect(Set(protections).isSuperset(of: ["no-new-privileges", "landlock", "seccomp"]))
    }

    @Test func missingFontsAreFlagged() throws {
        struct Header: Decodable {
            var warnings: [String]
        }
        let folder = try TemporaryFolder()
        let fonts = try folder.write(Array("<fontconfig><dir>/nonexistent</dir></fontconfig>".utf8), as: "fonts.conf")
        let (line, status) = try Self.run(
            ["page", Fixture.url("plain.pdf").path, "1"],
            environment: ["FONTCONFIG_FILE": fonts.path]
        )
        let warnings = try JSONDecoder().decode(Header.self, from: line).warnings
        #expect(status == 0)
        #expect(warnings.contains { $0.contains("font for 'Helvetica'") })
        #expect(warnings.contains { $0.contains("came out blank") })
    }

    @Test(arguments: [
        [], ["render"], ["page"], ["page", "a.pdf"], ["page", "a.pdf", "0"], ["inspect", "a.pdf", "--dpi", "nan"],
        ["inspect", "a.pdf", "--unknown"],
    ])
    func wrongArgumentsAreUsageErrors(arguments: [String]) throws {
        #expect(try Self.run(arguments).1 == 64)
    }
}
