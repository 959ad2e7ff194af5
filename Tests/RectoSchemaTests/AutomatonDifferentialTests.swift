import RectoSchema
import Testing

/// The automaton against the validator, which shares no code with it but the parsing of the schema.
struct AutomatonDifferentialTests {
    static let options = {
        var options = AutomatonOptions()
        options.maximumStringLength = 60
        options.maximumItems = 12
        options.maximumAdditionalProperties = 5
        options.maximumKeyLength = 20
        options.maximumDepth = 8
        return options
    }()

    @Test(arguments: [4, 202, 207] as [UInt64])
    func automatonAndValidatorAgreeOnThreeHundredSchemas(seed: UInt64) throws {
        let (valid, invalid, refused) = try Self.compareSchemas(300, seed: seed)
        #expect(valid > 6_000)
        #expect(invalid > 6_000)
        #expect(refused < 300, "\(refused)")
    }

    @Test(arguments: [5, 301, 302, 303] as [UInt64])
    func automatonAndValidatorAgreeOnCombinedKeywords(seed: UInt64) throws {
        let (valid, invalid, refused) = try Self.compareSchemas(300, seed: seed, isCombining: true)
        #expect(valid > 5_000)
        #expect(invalid > 5_000)
        #expect(refused < 900, "\(refused)")
    }

    /// Compares three values for each of twenty rounds on some schemas.
    static func compareSchemas(
        _ count: Int,
        seed: UInt64,
        isCombining: Bool = false
    ) throws -> (valid: Int, invalid: Int, refused: Int) {
        var generator = AutomatonSchemaGenerator(seed: seed, isCombining: isCombining)
        var (schemas, refused, valid, invalid) = (0, 0, 0, 0)
        while schemas < count {
            let source = generator.document()
            let schema: JSONSchema
            do { schema = try JSONSchema(source: source) } catch {
                // Of all that is combined only "nullable" and circles may be refused.
                let isExpected = error.issues.allSatisfy { ["nullable", "$ref"].contains($0.keyword) }
                #expect(isCombining && isExpected, "\(error)")
                refused += 1
                continue
            }
            let automaton: SchemaAutomaton
            do { automaton = try SchemaAutomaton(schema: schema, options: options) } catch {
                refused += 1
                continue
            }
            schemas += 1
            for _ in 0..<20 {
                let bytes = walk(automaton, &generator.random)
                let sampled = try #require(try? JSONParser().parse(bytes), "\(text(source)) gave \(bytes)")
                #expect(JSONWriter().bytes(sampled) == bytes)
                #expect(schema.validate(sampled).isEmpty, "\(text(source)) gave \(text(sampled))")
                for value in [sampled, mutated(sampled, &generator), generator.value(depth: 2)] {
                    let isValid = schema.validate(value).isEmpty
                    if isValid { valid += 1 } else { invalid += 1 }
                    compare(automaton, value, isValid: isValid, source)
                }
            }
        }
        return (valid, invalid, refused)
    }

    private static func compare(_ automaton: SchemaAutomaton, _ value: JSONValue, isValid: Bool, _ source: JSONValue) {
        let lenient = automaton.accepts(JSONWriter(.pretty).bytes(value), isLenient: true)
        #expect(lenient == isValid, "lenient: \(text(source)) and \(text(value))")
        if isValid, let rewritten = automaton.rewritten(value) {
            // What mutation made too large is valid, but nothing that would be written.
            guard isWithinBounds(value, room: options.maximumDepth) else { return }
            let isRead = automaton.accepts(JSONWriter().bytes(rewritten))
            #expect(isRead, "strict: \(text(source)) and \(text(rewritten))")
        } else {
            let isRead = automaton.accepts(JSONWriter().bytes(value))
            #expect(!isRead, "strict: \(text(source)) and \(text(value))")
        }
    }

    private static func isWithinBounds(_ value: JSONValue, room: Int) -> Bool {
        switch value {
        case .object(let object):
            room > 0 && object.count <= options.maximumAdditionalProperties
                && object.allSatisfy { isWithinBounds($0.value, room: room - 1) }
        case .array(let elements):
            room > 0 && elements.count <= options.maximumItems
                && elements.allSatisfy { isWithinBounds($0, room: room - 1) }
        case .string(let text): text.unicodeScalars.count <= options.maximumStringLength
        case .null, .bool, .number: true
        }
    }

    /// Writes an instance byte by byte, in favour of bytes that end something.
    static func walk(_ automaton: SchemaAutomaton, _ random: inout AutomatonRandom) -> [UInt8] {
        var state = automaton.start
        var bytes: [UInt8] = []
        while true {
            let next = state.nextBytes
            if state.isComplete, next.isEmpty || random.chance(30) { return bytes }
            let closing = next.filter { [0x22, 0x5D, 0x7D].contains($0) }
            let byte = !closing.isEmpty && random.chance(20) ? random.pick(closing) : random.pick(next)
            guard let after = state.advance(byte) else { return bytes }
            bytes.append(byte)
            state = after
        }
    }

    private static func mutated(_ value: JSONValue, _ generator: inout AutomatonSchemaGenerator) -> JSONValue {
        switch value {
        case .object(var object):
            switch generator.random.below(5) {
            case 0:
                object[generator.key()] = generator.value(depth: 1)
            case 1 where !object.isEmpty:
                object[generator.random.pick(object.keys)] = nil
            case 2:
                object = JSONObject(object.members.reversed())
            default:
                guard !object.isEmpty else { return generator.value(depth: 1) }
                let key = generator.random.pick(object.keys)
                object[key] = object[key].map { mutated($0, &generator) }
            }
            return .object(object)
        case .array(var elements):
            switch generator.random.below(4) {
            case 0: elements.append(generator.value(depth: 1))
            case 1 where !elements.isEmpty: elements.removeLast()
            default:
                guard !elements.isEmpty else { return generator.value(depth: 1) }
                let index = generator.random.below(elements.count)
                elements[index] = mutated(elements[index], &generator)
            }
            return .array(elements)
        case .string(let text):
            guard generator.random.chance(70), text.unicodeScalars.count < 50 else { return generator.value(depth: 0) }
            var scalars = Array(text.unicodeScalars)
            let place = generator.random.below(scalars.count + 1)
            if place < scalars.count, generator.random.chance(50) {
                scalars.remove(at: place)
            } else {
                scalars.insert(generator.random.pick(["a", "0", "-", "9", "é", "\""]), at: place)
            }
            return .string(String(String.UnicodeScalarView(scalars)))
        case .number(let number):
            let changed = number.intValue.map { JSONValue.integer($0 &+ generator.random.below(5) - 2) }
            return generator.random.chance(70) ? changed ?? .written("0.5") : generator.value(depth: 0)
        default: return generator.value(depth: 1)
        }
    }

    private static func text(_ value: JSONValue) -> String { JSONWriter().string(value) }
}
