import Foundation
import RectoSchema
import Testing

/// Mutated schemas: the compiler, the validator and the automaton always give a result or an error.
@Suite struct SchemaFuzzTests {
    /// Seconds per test, from `RECTO_FUZZ_SECONDS`; without it a fixed number of inputs is tried.
    private static let seconds = ProcessInfo.processInfo.environment["RECTO_FUZZ_SECONDS"].flatMap(Double.init)

    /// What became of the inputs.
    private struct Tally {
        var inputs = 0
        var parsed = 0
        var compiled = 0
        var valid = 0
        var automata = 0
        var accepted = 0
        var longest = Duration.zero
    }

    /// The schemas and instances of the test suite, with a few that reach further.
    private static func corpus() throws -> (schemas: [JSONValue], instances: [JSONValue]) {
        var schemas: [JSONValue] = []
        var instances: [JSONValue] = []
        for file in SchemaSuiteTests.files {
            for group in try SchemaSuiteTests.Group.read(file) {
                schemas.append(group.schema)
                instances += group.tests.map(\.data)
            }
        }
        let further = [
            ##"{"$id":"a/b","$defs":{"a":{"$anchor":"x","$ref":"#/$defs/b"},"b":{"properties":{"n":{"$ref":"#x"}}}},"$ref":"#x"}"##,
            #"{"pattern":"^(?:[^\\x00-\\u{10FFFF}]|\\p{Lu}{2,5}(a|b*)+?)$","format":"uri","minLength":1,"maxLength":9}"#,
            #"{"items":{"oneOf":[{"multipleOf":0.01,"exclusiveMaximum":1e3},{"enum":[1.0,"é",null,{"a":[]}]}]},"maxItems":3}"#,
            #"{"patternProperties":{"^\\w+$":{"format":"date-time"}},"additionalProperties":{"format":"email"},"required":["a"]}"#,
        ]
        return (schemas + (try further.map { try JSONParser().parse($0) }), instances)
    }

    /// Runs inputs until the count or the time is reached, and says what became of them.
    private static func run(
        _ name: String,
        seed: UInt64,
        count: Int,
        _ input: (inout SplitMix, inout Tally) throws -> Void
    ) rethrows -> Tally {
        let clock = ContinuousClock()
        let end = seconds.map { clock.now + .seconds($0) }
        var random = SplitMix(state: seed)
        var tally = Tally()
        while end.map({ clock.now < $0 }) ?? (tally.inputs < count) {
            let started = clock.now
            try input(&random, &tally)
            tally.inputs += 1
            tally.longest = max(tally.longest, clock.now - started)
        }
        if seconds != nil { print("\(name): \(tally)") }
        return tally
    }

    @Test func mutatedSchemaTextsAreCompiledOrRefused() throws {
        let corpus = try Self.corpus()
        let texts = corpus.schemas.map { JSONWriter().bytes($0) }
        let tally = Self.run("compiler, texts", seed: 2, count: 10_000) { random, tally in
            guard let value = try? JSONParser().parse(ByteMutation.mutated(texts, &random)) else { return }
            tally.parsed += 1
            Self.check(value, corpus.instances, &random, &tally)
        }
        #expect(tally.parsed > 0 && tally.compiled > 0 && tally.valid > 0 && tally.accepted > 0)
    }

    @Test func recombinedSchemasAreCompiledOrRefused() throws {
        let corpus = try Self.corpus()
        let tally = Self.run("compiler, values", seed: 3, count: 10_000) { random, tally in
            var value = corpus.schemas[random.next(below: corpus.schemas.count)]
            for _ in 0...random.next(below: 3) {
                let other = corpus.schemas[random.next(below: corpus.schemas.count)]
                value = ValueMutation.replacing(ValueMutation.part(of: other, &random), in: value, &random)
            }
            tally.parsed += 1
            Self.check(value, corpus.instances, &random, &tally)
        }
        #expect(tally.compiled > 0 && tally.compiled < tally.parsed && tally.valid > 0 && tally.accepted > 0)
    }

    @Test func mutatedPatternsAreParsedOrRefused() throws {
        let pieces = [
            "a", "b", "\\d", "\\w", "\\s", "\\p{L}", "\\P{Nd}", "\\u{1F600}", "\\x41", "\\cJ", "[", "]", "^", "$", "(",
            ")",
            "(?:", "(?=", "(?<n>", "|", "*", "+", "?", "{2}", "{1,30}", "{0,}", "-", "\\", ".", "😀", "{", "}", "[^a-z]",
            "\\b",
        ]
        let tally = Self.run("patterns", seed: 4, count: 20_000) { random, tally in
            let source = (0..<random.next(below: 14)).map { _ in pieces[random.next(below: pieces.count)] }.joined()
            guard let schema = try? JSONSchema(source: ["pattern": .string(source)]) else { return }
            tally.compiled += 1
            let text = (0..<random.next(below: 12)).map { _ in ["a", "b", "1", "é", "\n", "😀"][random.next(below: 6)] }
            if schema.validate(.string(text.joined())).isEmpty { tally.valid += 1 }
        }
        #expect(tally.compiled > 0 && tally.valid > 0)
    }

    private static func check(
        _ value: JSONValue,
        _ instances: [JSONValue],
        _ random: inout SplitMix,
        _ tally: inout Tally
    ) {
        do {
            let schema = try JSONSchema(source: value)
            tally.compiled += 1
            for _ in 0..<3 {
                let instance = instances[random.next(below: instances.count)]
                if schema.validate(instance).isEmpty { tally.valid += 1 }
            }
            Self.checkAutomaton(of: schema, instances, &random, &tally)
        } catch {
            #expect(!error.issues.isEmpty)
            #expect(error.issues.allSatisfy { !$0.message.isEmpty })
        }
    }
}

extension SchemaFuzzTests {
    /// An automaton is built or refused, and takes nothing that the validator does not take.
    private static func checkAutomaton(
        of schema: JSONSchema,
        _ instances: [JSONValue],
        _ random: inout SplitMix,
        _ tally: inout Tally
    ) {
        let automaton: SchemaAutomaton
        do { automaton = try SchemaAutomaton(schema: schema, options: AutomatonDifferentialTests.options) } catch {
            #expect(!error.description.isEmpty)
            return
        }
        tally.automata += 1
        for _ in 0..<3 {
            let instance = instances[random.next(below: instances.count)]
            guard automaton.accepts(JSONWriter().bytes(instance), isLenient: true) else { continue }
            tally.accepted += 1
            #expect(schema.validate(instance).isEmpty, "\(JSONWriter().string(schema.source)) took \(instance)")
        }
    }
}

/// Changes to a value: a part of one takes the place of a part of another.
private enum ValueMutation {
    static func part(of value: JSONValue, _ random: inout SplitMix) -> JSONValue {
        let parts = value.objectValue?.members.map(\.value) ?? value.arrayValue ?? []
        guard !parts.isEmpty, random.next(below: 4) > 0 else { return value }
        return part(of: parts[random.next(below: parts.count)], &random)
    }

    static func replacing(_ part: JSONValue, in value: JSONValue, _ random: inout SplitMix) -> JSONValue {
        if random.next(below: 5) == 0 { return part }
        switch value {
        case .object(var object):
            guard !object.isEmpty else { return part }
            let member = object.members[random.next(below: object.count)]
            object[member.key] = replacing(part, in: member.value, &random)
            return .object(object)
        case .array(var elements):
            guard !elements.isEmpty else { return .array([part]) }
            let index = random.next(below: elements.count)
            elements[index] = replacing(part, in: elements[index], &random)
            return .array(elements)
        default: return part
        }
    }
}
