public import ArgumentParser
import Foundation
public import RectoDaemon

/// `recto jobs`: the journal, with the daemon running or not.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Lists and shows jobs, and asks for another try or an end.",
        discussion: """
            Example:
              recto jobs list
            """,
        subcommands: [List.self, Show.self, Retry.self, Cancel.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the jobs and the files that wait.",
            discussion: """
                Example:
                  recto jobs list --state failed
                """
        )

        @OptionGroup var settings: DaemonOptions

        @Option(name: .customLong("state"), parsing: .singleValue, help: "Only jobs in this state; repeat for several.")
        var states: [JobState] = []

        func run() throws {
            let journal = try JournalInspector(folders: settings.configuration().folders)
            for job in try journal.jobs(in: Set(states)) {
                let verdict = job.verdict.map { " (\($0.rawValue))" } ?? ""
                StandardStreams.result("\(job.id)\t\(job.state.rawValue)\(verdict)\t\(job.pipeline)\t\(job.path)")
            }
            guard states.isEmpty else { return }
            for file in try journal.waitingFiles() {
                StandardStreams.result("-\twaiting\t-\t\(file.path): \(file.reason)")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one job: state, attempts, history, as JSON.",
            discussion: """
                Example:
                  recto jobs show 01JD3Q6W2M
                """
        )

        @Argument(help: "The job's id.")
        var id: String

        @OptionGroup var settings: DaemonOptions

        func run() throws {
            let report = try JournalInspector(folders: settings.configuration().folders).report(on: id)
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .iso8601
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            StandardStreams.result(String(decoding: try encoder.encode(report), as: UTF8.self))
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks for another try at a job that has ended.",
            discussion: """
                Example:
                  recto jobs retry 01JD3Q6W2M
                """
        )

        @Argument(help: "The job's id.")
        var id: String

        @OptionGroup var settings: DaemonOptions

        func run() throws { try JobsCommand.request(.retry, of: id, settings) }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a job; its source goes to failed/.",
            discussion: """
                Example:
                  recto jobs cancel 01JD3Q6W2M
                """
        )

        @Argument(help: "The job's id.")
        var id: String

        @OptionGroup var settings: DaemonOptions

        func run() throws { try JobsCommand.request(.cancel, of: id, settings) }
    }

    private static func request(_ command: JobCommand, of id: String, _ settings: DaemonOptions) throws {
        let isTakenUp = try JournalInspector(folders: settings.configuration().folders).request(command, of: id)
        let when = isTakenUp ? "the daemon takes it up" : "it is taken up when the daemon starts"
        StandardStreams.error("recto: \(command.rawValue) of \(id) is noted; \(when)")
    }
}

extension JobState: ExpressibleByArgument {}
