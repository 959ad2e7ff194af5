import Foundation
import RectoSchema
import Testing

/// Mutated JSON texts: the reader gives a value that is written and read again as the same, or an error with its place.
@Suite struct JSONFuzzTests {
    /// Seconds, from `RECTO_FUZZ_SECONDS`; without it a fixed number of texts is tried.
    private static let seconds = ProcessInfo.processInfo.environment["RECTO_FUZZ_SECONDS"].flatMap(Double.init)

    @Test func mutatedTextsAreReadOrRefusedWithTheirPlace() throws {
        let texts = try Self.texts()
        let clock = ContinuousClock()
        let end = Self.seconds.map { clock.now + .seconds($0) }
        var random = SplitMix(state: 1)
        var (inputs, accepted, refused, longest) = (0, 0, Set<String>(), Duration.zero)
        while end.map({ clock.now < $0 }) ?? (inputs < 20_000) {
            let text = ByteMutation.mutated(texts, &random)
            let started = clock.now
            do {
                Self.check(try JSONParser().parse(text), text)
                accepted += 1
            } catch {
                Self.check(error, in: text)
                refused.insert(String(error.reason.prefix(20)))
            }
            inputs += 1
            longest = max(longest, clock.now - started)
        }
        if end != nil {
            print(
                "JSON reader: \(inputs) texts, \(accepted) read, \(refused.count) kinds of errors, longest \(longest)"
            )
        }
        #expect(accepted > inputs / 50 && accepted < inputs)
        #expect(refused.count > 15, "\(refused)")
    }

    /// The schemas and instances of the test suite, and texts that use all of the grammar.
    private static func texts() throws -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for file in SchemaSuiteTests.files {
            for group in try SchemaSuiteTests.Group.read(file) {
                texts.append(JSONWriter(.pretty).bytes(group.schema))
                texts += group.tests.map { JSONWriter().bytes($0.data) }
            }
        }
        let further = [
            "  { \"a\" : [ 1 , -0.5e+10 , 2E-3 , { } , [ ] ] ,\r\n\t"
                + #""b\u00e9\ud83d\ude00" : "\/\b\f\n\r\t\"\\" } "#,
            #"["é","😀","\u0000","\uFFFF",true,false,null,0,-0,1e999999,12345678901234567890.0987654321]"#,
            #"{"":0,"a":{"a":{"a":[[[[{"a":"a"}]]]]}},"A":"","#, "{\"\u{E9}\":1,\"e\u{301}\":2}", "\"\"", "0", "null",
        ]
        return texts + further.map { Array($0.utf8) }
    }

    private static func check(_ value: JSONValue, _ text: [UInt8]) {
        for writer in [JSONWriter(), JSONWriter(.pretty)] {
            let written = writer.bytes(value)
            let again = try? JSONParser().parse(written)
            #expect(again == value, "\(text)")
            #expect(again.map { writer.bytes($0) } == written, "\(text)")
        }
        #expect(String(validating: text, as: UTF8.self) != nil, "broken UTF-8 was read: \(text)")
    }

    /// The place of an error lies inside the text, or just behind it.
    private static func check(_ error: JSONSyntaxError, in text: [UInt8]) {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        let length = lines.indices.contains(error.line - 1) ? lines[error.line - 1].count : -1
        #expect(length >= 0 && error.column >= 1 && error.column <= length + 1, "\(error) in \(text)")
        #expect(!error.reason.isEmpty)
    }
}
