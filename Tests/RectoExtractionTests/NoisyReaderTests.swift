import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import RectoTestSupport
import RectoVLM
import Testing

/// Invoices read by a model that misreads characters: label search and selection must not make things worse.
@Suite struct NoisyReaderTests {
    private static let labels: [(title: String, printed: [String], isAmount: Bool)] = [
        ("Invoice number", ["Invoice number", "Invoice No.", "Invoice #"], false),
        ("Customer number", ["Customer no.", "Customer ID"], false),
        ("Order number", ["Order number", "Order no."], false), ("Subtotal", ["Subtotal"], true),
        ("Tax", ["Tax"], true),
        ("Total", ["Total", "TOTAL"], true),
    ]

    /// A share of misread characters, and the share of fields that must come out as they are printed.
    @Test(arguments: [(0, 1.0), (2, 0.85), (5, 0.65)] as [(Int, Double)])
    func findsMostFieldsInSpiteOfMisreadCharacters(percent: Int, share: Double) async throws {
        var random = SeededRandom(seed: 7)
        var right = 0
        var wrong = 0
        var asked = 0
        for _ in 0..<60 {
            let (page, values) = Self.invoice(&random)
            let seed = UInt64(random.next(below: 1 << 30))
            let model = try ModelDouble([page], misreads: percent, seed: seed)
            let members = Self.labels.map { #""\#($0.title)":{"type":"\#($0.isAmount ? "number" : "string")"}"# }
            let text = #"{"type":"object","properties":{\#(members.joined(separator: ","))}}"#
            let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
            for (field, value) in values {
                asked += 1
                let found = result.fields[field].map { $0.stringValue ?? $0.numberValue?.text ?? "" }
                if found == value { right += 1 } else if found != nil { wrong += 1 }
            }
        }
        #expect(Double(right) >= share * Double(asked), "\(right) right, \(wrong) wrong of \(asked)")
        if percent == 0 { #expect(wrong == 0) }
    }

    private static func invoice(_ random: inout SeededRandom) -> (PageDouble, [(String, String)]) {
        var rows: [[String?]] = [
            ["Acme Trading Ltd", nil, "INVOICE"], ["14 Station Road", "Thank you for your order", nil],
        ]
        var values: [(String, String)] = []
        for label in labels {
            let printed = label.printed[random.next(below: label.printed.count)]
            let number = random.next(below: 900_000) + 100_000
            let value = label.isAmount ? "\(number / 100).\(number % 100 / 10)\(number % 10)" : "K-\(number)"
            values.append((label.title, value))
            switch random.next(below: 3) {
            case 0: rows.append([printed + ": " + value, "Page \(random.next(below: 9))"])
            case 1: rows.append([printed, value])
            default: rows += [[printed, "Remarks"], [value, "none"]]
            }
        }
        return (PageDouble(rows), values)
    }
}

extension ModelDouble {
    /// A model that answers carefully but misreads a share of the characters, each question anew.
    convenience init(_ pages: [PageDouble], misreads percent: Int, seed: UInt64) throws {
        @Sendable func misread(_ text: String, _ salt: Int) -> String {
            var random = SeededRandom(seed: text.utf8.reduce(seed &+ UInt64(salt)) { $0 &* 31 &+ UInt64($1) })
            return String(
                text.map { character in
                    guard character != " ", random.next(below: 100) < percent else { return character }
                    return character.isNumber ? Character(String(random.next(below: 10))) : "r"
                }
            )
        }
        var read = pages
        for page in read.indices {
            for piece in read[page].pieces.indices {
                read[page].pieces[piece].text = misread(read[page].pieces[piece].text, piece)
            }
        }
        let printed = pages[0].pieces.map(\.text)
        let seen = read[0].pieces.map(\.text)
        try self.init(read) { question, texts in
            let originals = texts.map { text in seen.firstIndex(of: text).map { printed[$0] } ?? text }
            let words = question.dropFirst("What is the ".count).dropLast()
            let stem = words.hasSuffix("number") ? words.dropLast(7) : words
            guard let found = originals[0].range(of: stem, options: .caseInsensitive),
                found.lowerBound == originals[0].startIndex
            else { return ("", -0.01) }
            let colon = originals[0].firstIndex(of: ":")
            let rest = colon.map { String(originals[0][originals[0].index(after: $0)...].dropFirst()) } ?? ""
            let value = rest.isEmpty ? originals.dropFirst().first { $0.contains(where: \.isNumber) } ?? "" : rest
            return (misread(value, 1000), -0.05)
        }
    }
}
