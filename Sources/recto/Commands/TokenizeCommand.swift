import ArgumentParser
import Foundation
import RectoExtraction
import RectoSchema
import RectoVLM

/// `recto tokenize`: what the tokenizer of a checkpoint makes of a text.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Turns lines of text into token ids, or back.",
        discussion: """
            Reads one JSON string a line from stdin and prints a JSON array of ids a line; with --decode the other way.

            Example:
              echo '"Total: 12.00"' | recto tokenize --model models/idefics2-8b
            """
    )

    @OptionGroup var model: ModelOptions

    @Flag(help: "Read arrays of ids and print strings.")
    var decode = false

    @Flag(help: "Leave out the tokens that the tokenizer adds around a text, such as <s>.")
    var noSpecialTokens = false

    func run() throws {
        let tokenizer = try Tokenizer(checkpoint: model.url)
        var number = 0
        while let line = readLine() {
            number += 1
            let value: JSONValue
            do {
                value = try JSONParser().parse(line)
            } catch {
                throw UsageError.invalidInput(line: number, reason: "\(error)")
            }
            let convert = decode ? text : ids
            StandardStreams.result(try convert(value, tokenizer, number))
        }
    }

    private func ids(_ value: JSONValue, tokenizer: Tokenizer, line: Int) throws -> String {
        guard case .string(let text) = value else {
            throw UsageError.invalidInput(line: line, reason: "it is not a JSON string")
        }
        let ids = tokenizer.encode(text, addsSpecialTokens: !noSpecialTokens)
        return "[" + ids.map(String.init).joined(separator: ", ") + "]"
    }

    private func text(_ value: JSONValue, tokenizer: Tokenizer, line: Int) throws -> String {
        guard case .array(let items) = value else {
            throw UsageError.invalidInput(line: line, reason: "it is not a JSON array of ids")
        }
        let ids = try items.map { item in
            guard let id = item.numberValue?.intValue, (0..<tokenizer.vocabularySize).contains(id) else {
                throw UsageError.invalidInput(line: line, reason: "it holds something that is no token id")
            }
            return id
        }
        let text = tokenizer.decode(ids, skipsSpecialTokens: noSpecialTokens)
        return JSONWriter().string(.string(text))
    }
}
