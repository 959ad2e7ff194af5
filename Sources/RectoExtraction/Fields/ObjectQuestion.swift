import Foundation
import RectoSchema
import RectoVLM

/// One question for the fields whose labels stand in one tile, answered with a JSON object.
struct ObjectQuestion {
    /// Most fields of one question: as many as the shipped reader was taught.
    static let mostFields = 4

    let prompt: String
    let fields: [SchemaField]

    /// The words of the question.
    var text: String { prompt.replacing("{fields}", with: fields.map(\.spokenName).joined(separator: ", ")) }

    /// The fields' answers, as if each had been asked for by itself.
    ///
    /// - Parameter answer: The answer to the question.
    /// - Returns: One answer for each field, of no text where the object has null; nil when it is no object of exactly these fields.
    func answers(in answer: Generation) -> [Generation]? {
        guard !answer.isCutShort, case .object(let members)? = try? JSONParser().parse(answer.text) else { return nil }
        let names = fields.map(\.spokenName)
        guard Set(names).count == names.count, members.members.count == names.count else { return nil }
        var answers: [Generation] = []
        for name in names {
            switch members[name] {
            case .null?: answers.append(part("", named: name, of: answer))
            case .string(let text)?: answers.append(part(text, named: name, of: answer))
            default: return nil
            }
        }
        return answers
    }

    /// A value of the object, with the probabilities of its characters where each is one token, else with those of all.
    private func part(_ text: String, named name: String, of answer: Generation) -> Generation {
        var part = answer
        part.text = text
        let spelled = text.isEmpty ? "null" : text
        let opening = "\"\(name)\": " + (text.isEmpty ? "" : "\"")
        let hasTokenEach = (answer.text.count...answer.text.count + 1).contains(answer.logProbabilities.count)
        if hasTokenEach, let range = answer.text.range(of: opening + spelled) {
            let start = answer.text.distance(from: answer.text.startIndex, to: range.lowerBound) + opening.count
            part.logProbabilities = Array(answer.logProbabilities[start..<start + spelled.count])
        }
        return part
    }
}
