import ArgumentParser
import Foundation
import RectoPages
import RectoReader
import RectoVLM

/// `recto doctor`: whether this machine can do the work.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks the processor, memory, renderer, fonts, model and disk, and says what to do.",
        discussion: """
            Exit status 1 when something needs attention.

            Example:
              recto doctor
            """
    )

    /// One line of the report.
    private struct Finding {
        enum Grade: String {
            case fine = "ok  "
            case note = "note"
            case bad = "BAD "
        }

        let grade: Grade
        let subject: String
        let text: String
    }

    @OptionGroup var model: ModelOptions

    @Option(help: "The folder whose disk is looked at.")
    var folder = "/var/lib/recto"

    func run() async throws {
        var findings = [processor(), memory()]
        findings += await renderer()
        findings += [fonts(), engine(), disk()]
        for finding in findings {
            let subject = finding.subject.padding(toLength: 10, withPad: " ", startingAt: 0)
            StandardStreams.result("\(finding.grade.rawValue) \(subject) \(finding.text)")
        }
        if findings.contains(where: { $0.grade == .bad }) { throw ExitStatus.incomplete.exitCode }
    }

    private func processor() -> Finding {
        let found = ProcessorFeatures.names.joined(separator: " ")
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let features = found.isEmpty ? "no vector extensions that Recto knows" : found
        let text = "\(cores) cores, \(features)"
        return Finding(grade: found.isEmpty ? .note : .fine, subject: "processor", text: text)
    }

    private func memory() -> Finding {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        // A unit with ProcSubset=pid hides the file; what is free without the page cache is a lower bound.
        let free = Double(sysconf(Int32(_SC_AVPHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1024
        let kibibytes = line.flatMap { Double($0.split(separator: " ").dropFirst().first ?? "") } ?? free
        let gigabytes = kibibytes / 1_048_576
        let amount = String(format: line == nil ? "%.1f GiB free" : "%.1f GiB available", gigabytes)
        guard gigabytes >= 2 else {
            let text = "\(amount); the renderer alone may need 1 GiB, free some"
            return Finding(grade: .bad, subject: "memory", text: text)
        }
        return Finding(grade: .fine, subject: "memory", text: amount)
    }

    private func renderer() async -> [Finding] {
        let executable: URL
        do {
            executable = try RasterizerExecutable.locate()
        } catch {
            return [Finding(grade: .bad, subject: "renderer", text: "\(error)")]
        }
        do {
            let report = try await SandboxedRasterizer(executable: executable).selfTest()
            let allowed = report.probes.filter { $0.outcome == "allowed" }.map(\.name).joined(separator: ", ")
            let text = "\(executable.path), \(report.probes.count) attacks tried, allowed: \(allowed)"
            return [Finding(grade: report.isContained ? .fine : .bad, subject: "renderer", text: text)]
        } catch {
            return [Finding(grade: .bad, subject: "renderer", text: "\(error)")]
        }
    }

    private func fonts() -> Finding {
        let folders = ["/usr/share/fonts", "/usr/local/share/fonts"]
        let count = folders.reduce(0) { sum, folder in
            let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
            return sum + names.count { [".ttf", ".otf", ".pfb", ".ttc"].contains(where: $0.lowercased().hasSuffix) }
        }
        guard count > 0 else {
            let advice = "apt-get install fonts-liberation fonts-dejavu-core"
            let text = "none; PDFs without fonts of their own lose text: \(advice)"
            return Finding(grade: .bad, subject: "fonts", text: text)
        }
        return Finding(grade: .fine, subject: "fonts", text: "\(count) files")
    }

    private func engine() -> Finding {
        do {
            let description = try model.load().description
            let text = "\(description.name) (\(description.family), \(description.weights)) at \(model.url.path)"
            return Finding(grade: .fine, subject: "model", text: text)
        } catch {
            return Finding(grade: .bad, subject: "model", text: "\(error)")
        }
    }

    private func disk() -> Finding {
        var path = URL(filePath: folder)
        while !FileManager.default.fileExists(atPath: path.path), path.path != "/" { path.deleteLastPathComponent() }
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: path.path))?[.systemFreeSize] as? NSNumber
        let gigabytes = (free?.doubleValue ?? 0) / 1_073_741_824
        let text = String(format: "%.1f GiB free at ", gigabytes) + path.path
        let writable = FileManager.default.isWritableFile(atPath: path.path)
        if gigabytes < 1 { return Finding(grade: .bad, subject: "disk", text: text + "; make room") }
        if !writable { return Finding(grade: .note, subject: "disk", text: text + ", not writable by this user") }
        return Finding(grade: .fine, subject: "disk", text: text)
    }
}
