import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema
import RectoVLM
import Testing

/// Every sample through its pipeline with the shipped reader, as `make demo` does it.
struct SampleTests {
    /// What one sample gave.
    struct Reading {
        let record: Record
        let expected: JSONObject

        var rightFields: Int { expected.count { record.fields[$0.key] == $0.value } }
    }

    static let names: [String] = {
        let folder = RectoProgram.repository.appending(path: "samples")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".pdf") }.map { String($0.dropLast(4)) }.sorted()
    }()

    private static func read(_ name: String, pipeline: String) async throws -> RunOutcome {
        let file = RectoProgram.repository.appending(path: "samples/\(name).pdf")
        let graph = try PipelineGraph(file: RectoProgram.repository.appending(path: "pipelines/\(pipeline).yaml"))
        let environment = PipelineEnvironment(
            rasterizer: SandboxedRasterizer(executable: RectoProgram.rasterizer),
            models: ShippedModel.shared
        )
        let document = SourceDocument(file: file, path: "samples/\(name).pdf")
        return try await PipelineRunner(graph: graph, environment: environment).run(document)
    }

    private static func reading(of name: String) async throws -> Reading {
        let pipeline = String(name.prefix { $0 != "-" })
        let file = RectoProgram.repository.appending(path: "samples/\(name).expected.json")
        let expected = try JSONParser().parse(Data(contentsOf: file)).objectValue
        return Reading(record: try await read(name, pipeline: pipeline).record, expected: try #require(expected))
    }

    @Test func thereAreAtLeastEightSamples() {
        #expect(Self.names.count >= 8)
    }

    @Test(arguments: names)
    func sampleGivesACompleteGroundedRecord(_ name: String) async throws {
        let reading = try await Self.reading(of: name)
        let record = reading.record
        #expect(record.status == .complete, "\(record.errors.map(\.message))")
        #expect(record.pages.allSatisfy { $0.status == .complete && !$0.tiles.isEmpty })
        #expect(record.fields.keys == reading.expected.keys)
        let schema = try ExtractionSchema(bytes: Record.schema.utf8, file: "record.schema.json")
        #expect(schema.validate(record.json()).isEmpty)
        JSONValue.object(record.fields).forEachLeaf { pointer, value in
            guard !value.isNull else { return }
            let field = record.grounding.first { $0.pointer == pointer }
            #expect(field?.evidence.isEmpty == false, "\(pointer) says where it stands")
        }
    }

    /// The shipped reader is a first version; this is what it reads, and it must not get worse.
    @Test func theShippedReaderReadsMostFieldsOfTheSamples() async throws {
        var right = 0
        var count = 0
        for name in Self.names {
            let reading = try await Self.reading(of: name)
            right += reading.rightFields
            count += reading.expected.count
        }
        #expect(count > 50)
        #expect(Double(right) >= Self.leastShare * Double(count), "\(right) of \(count) fields are right")
    }

    /// Share of the samples' fields that are read exactly as printed.
    static let leastShare = 0.9

    @Test func twoRunsGiveTheSameBytes() async throws {
        var first = try await Self.reading(of: "receipt").record
        var second = try await Self.reading(of: "receipt").record
        first.run = [:]
        second.run = [:]
        #expect(JSONWriter().string(first.json()) == JSONWriter().string(second.json()))
    }
}

/// The shipped reader, loaded once for all tests.
actor ShippedModel: ModelProvider {
    static let shared = ShippedModel()
    private var engine: InferenceEngine?

    func model(named name: String) async throws -> any VisionLanguageModel {
        if let engine { return engine }
        let loaded = try InferenceEngine(folder: RectoProgram.reader, threads: 2)
        engine = loaded
        return loaded
    }
}
