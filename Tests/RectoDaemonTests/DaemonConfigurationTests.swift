import Foundation
import RectoDaemon
import RectoPages
import RectoVLM
import Testing

struct DaemonConfigurationTests {
    private static let example = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "systemd/recto.yaml")

    private func read(_ yaml: String) throws -> DaemonConfiguration {
        try DaemonConfiguration(yaml: yaml, file: "/etc/recto/recto.yaml")
    }

    @Test func theExampleSaysTheDefaults() throws {
        #expect(try DaemonConfiguration(contentsOf: Self.example.path) == DaemonConfiguration())
    }

    @Test func theExampleNamesEveryKeyOfTheConfiguration() throws {
        let text = try String(contentsOf: Self.example, encoding: .utf8)
        let sources = Self.example.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/RectoDaemon/Configuration/DaemonConfiguration+YAML.swift")
        let code = try String(contentsOf: sources, encoding: .utf8)
        let keys = code.matches(of: /(?:string|section|duration|size|integer|choice)\("([a-z-]+)"/).map { String($0.1) }
        #expect(keys.count > 30)
        for key in keys { #expect(text.contains("\(key):"), "\(key) is not explained") }
    }

    @Test func emptyFilesAndRelativePathsAreFine() throws {
        #expect(try read("") == DaemonConfiguration())
        let configuration = try read("folders: {base: ../data}\nmodels: {default: tiny}\n")
        #expect(configuration.folders.inbox == "/etc/data/inbox")
        #expect(configuration.models["default"]?.folder == "/etc/recto/tiny")
    }

    @Test func aModelMaySayHowItsWeightsAreKept() throws {
        let models = try read("models: {big: {folder: /m/big, weights: q4_1}, small: /m/small}").models
        #expect(models["big"]?.weights == .q4MinimumGroup32)
        #expect(models["small"]?.weights == nil)
    }

    @Test func aHubIsAskedOnlyWhereOneIsNamed() throws {
        #expect(try read("").hub == DaemonConfiguration.Hub())
        #expect(DaemonConfiguration().hub.endpoint == nil)
        let hub = try read("hub: {endpoint: \"https://hub.example\", token-file: hub-token}").hub
        #expect(hub.endpoint == "https://hub.example")
        #expect(hub.tokenFile == "/etc/recto/hub-token")
        #expect(throws: DaemonError.self) { try read("hub: {token: secret}") }
    }

    @Test func aModelMayHaveAdapters() throws {
        let models = try read("models: {a: {folder: x, adapters: [one, /srv/two=0.5]}, b: {folder: x, adapters: one}}")
            .models
        let found = models["a"]?.adapters.map { ($0.folder.path(percentEncoded: false), $0.weight) } ?? []
        #expect(found.map(\.0) == ["/etc/recto/one", "/srv/two"] && found.map(\.1) == [1, 0.5])
        #expect(models["b"]?.adapters.count == 1)
        #expect(throws: (any Error).self) { try read("models: {a: {folder: x, adapters: [one=much]}}") }
        #expect(throws: (any Error).self) { try read("models: {a: {folder: x, adapters: {one: 1}}}") }
    }

    @Test(
        arguments: [
            ("pipeline: invoce", "/etc/recto/recto.yaml:1:11: there is no pipeline `invoce`; did you mean `invoice`?"),
            ("\npipeline: zzz", "recto.yaml:2:11: there is no pipeline `zzz`; known are invoice, letter"),
            ("inbox: {}", "/etc/recto/recto.yaml: there is no pipeline `transcribe`; known are invoice, letter"),
            ("pipelines: /nope", "/etc/recto/recto.yaml:1:12: `pipelines` names /nope, which does not exist"),
            ("pipelines: /etc/passwd", ":1:12: `pipelines` names /etc/passwd, which is not a folder"),
        ]
    )
    func aWrongPipelineIsAMistakeOfTheSettings(yaml: String, message: String) throws {
        let error = #expect(throws: DaemonError.self) {
            try read(yaml).checkPipelines(known: ["invoice", "letter"])
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.category == .defect)
    }

    @Test func aKnownPipelineIsFineAndAFolderWithoutAnyIsNot() throws {
        try read("pipeline: letter\npipelines: /etc").checkPipelines(known: ["invoice", "letter"])
        let error = #expect(throws: DaemonError.self) { try read("pipelines: /etc").checkPipelines(known: []) }
        #expect(error?.description.contains("holds no pipeline") == true)
    }

    @Test func aFileOfSettingsThatIsNotThereIsAMistakeOfTheSettings() throws {
        let error = #expect(throws: DaemonError.self) { _ = try DaemonConfiguration(contentsOf: "/nope/recto.yaml") }
        #expect(error?.category == .defect)
        #expect(error?.description == "/nope/recto.yaml: cannot read /nope/recto.yaml: it does not exist")
    }

    @Test(
        arguments: [
            ("inbx: {}", 1, 1, "did you mean `inbox`?"),
            ("inbox:\n  quite-period: 3s", 2, 3, "did you mean `quiet-period`?"),
            ("inbox:\n  quiet-period: 3", 2, 17, "a duration such as"),
            ("inbox: {watching: inotfy}", 1, 19, "did you mean `inotify`?"),
            ("jobs: {concurrency: 0}", 1, 21, "from 1 to 64"),
            ("jobs: [1]", 1, 7, "must be a mapping"),
            ("disk: {min-free: 10GB}", 1, 18, "a size such as"),
            ("models:\n  big: {engine: openai, url: x}", 2, 17, "not supported yet"),
            ("models:\n  big: {folder: x, weights: q8_1}", 2, 29, "did you mean `q8_0`?"),
            ("folders: {inbox: /a, outbox: /a/b}", 1, 1, "must be apart"),
            ("inbox: {", 2, 1, ""),
        ]
    )
    func mistakesAreReportedWithTheirPlace(yaml: String, line: Int, column: Int, hint: String) throws {
        do {
            _ = try read(yaml)
            Issue.record("\(yaml) was accepted")
        } catch DaemonError.configuration(let file, let foundLine, let foundColumn, let problem) {
            #expect(file == "/etc/recto/recto.yaml")
            #expect(foundLine == line)
            #expect(foundColumn == column)
            #expect(hint.isEmpty || problem.contains(hint), "\(problem)")
        }
    }
}
