import Foundation
import RectoSchema
import Testing

/// The public JSON-Schema-Test-Suite, draft 2020-12, as far as Recto supports its keywords.
@Suite struct SchemaSuiteTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "JSON-Schema-Test-Suite")

    /// What `skipped.json` says: files that are not there, and groups and tests that are passed over.
    struct SkipList: Decodable {
        struct Entry: Decodable {
            let file: String
            let group: String?
            let test: String?
            let refused: [String]?
            let reason: String
        }

        let files: [Entry]
        let groups: [Entry]
        let tests: [Entry]

        static func read() throws -> SkipList {
            let data = try Data(contentsOf: SchemaSuiteTests.folder.appending(path: "skipped.json"))
            return try JSONDecoder().decode(SkipList.self, from: data)
        }
    }

    struct Group {
        let name: String
        let schema: JSONValue
        let tests: [(name: String, data: JSONValue, isValid: Bool)]

        init(_ value: JSONValue) throws {
            let object = try #require(value.objectValue)
            name = try #require(object["description"]?.stringValue)
            schema = try #require(object["schema"])
            tests = try #require(object["tests"]?.arrayValue).map { test in
                let test = try #require(test.objectValue)
                return (
                    name: try #require(test["description"]?.stringValue), data: try #require(test["data"]),
                    isValid: try #require(test["valid"]?.boolValue as Bool?)
                )
            }
        }

        static func read(_ file: String) throws -> [Group] {
            let data = try Data(contentsOf: SchemaSuiteTests.folder.appending(path: file))
            return try #require(try JSONParser().parse(data).arrayValue).map { try Group($0) }
        }
    }

    static let files: [String] = {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".json") && $0 != "skipped.json" }.sorted()
    }()

    @Test func theSuiteIsThere() {
        #expect(Self.files.count > 35)
    }

    @Test(arguments: files)
    func everyTestOfTheFilePasses(file: String) throws {
        let skipped = try SkipList.read()
        for group in try Group.read(file) {
            guard !skipped.groups.contains(where: { $0.file == file && $0.group == group.name }) else { continue }
            let schema: JSONSchema
            do { schema = try JSONSchema(source: group.schema) } catch {
                Issue.record("\(file): \(group.name): \(error)")
                continue
            }
            for test in group.tests {
                let isSkipped = skipped.tests.contains {
                    $0.file == file && $0.group == group.name && $0.test == test.name
                }
                guard !isSkipped else { continue }
                let violations = schema.validate(test.data)
                #expect(violations.isEmpty == test.isValid, "\(file): \(group.name): \(test.name): \(violations)")
            }
        }
    }

    @Test func everySkippedGroupIsThereAndItsSchemaIsRefusedForTheReasonGiven() throws {
        for entry in try SkipList.read().groups {
            let groups = try Group.read(entry.file).filter { $0.name == entry.group }
            #expect(!groups.isEmpty, "\(entry.file) has no group \"\(entry.group ?? "")\" any more")
            for group in groups {
                let error = try #require(throws: SchemaError.self) { try JSONSchema(source: group.schema) }
                #expect(Set(error.issues.map(\.keyword)) == Set(entry.refused ?? []), "\(entry.file): \(group.name)")
            }
        }
    }

    @Test func everySkippedTestIsThereAndReallyFails() throws {
        for entry in try SkipList.read().tests {
            let group = try #require(
                try Group.read(entry.file).first { $0.name == entry.group },
                "\(entry.file) has no group \"\(entry.group ?? "")\" any more"
            )
            let test = try #require(
                group.tests.first { $0.name == entry.test },
                "\(entry.file), \(group.name) has no test \"\(entry.test ?? "")\" any more"
            )
            let schema = try JSONSchema(source: group.schema)
            #expect(schema.validate(test.data).isEmpty != test.isValid, "\(entry.file): \(group.name): \(test.name)")
        }
    }

    @Test func everySkippedFileIsMissingAndEveryReasonIsGiven() throws {
        let skipped = try SkipList.read()
        for entry in skipped.files { #expect(!Self.files.contains(entry.file), "\(entry.file) is listed as skipped") }
        #expect((skipped.files + skipped.groups + skipped.tests).allSatisfy { !$0.reason.isEmpty })
    }

    @Test func theListForReadersSaysTheSame() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "SKIPPED.md"), encoding: .utf8)
        let skipped = try SkipList.read()
        for entry in skipped.files + skipped.groups + skipped.tests {
            let cells = ["`\(entry.file)`", entry.group, entry.test, entry.reason].compactMap { $0 }
            #expect(text.contains("| " + cells.joined(separator: " | ") + " |"), "SKIPPED.md lacks \(cells)")
        }
    }
}
