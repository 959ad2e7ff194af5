import Foundation
import RectoExtraction
import RectoPages
import RectoSchema

/// A report as one self-contained web page: the numbers, then every miss beside what was read there.
///
/// What comes from documents is shown as text and nothing else: it is escaped, and the page forbids itself scripts and
/// everything that is not in it.
struct EvaluationPage {
    let report: EvaluationReport
    let comparison: BaselineComparison?

    func text(_ pictures: EvaluationPictures) async throws -> String {
        var body =
            "<h1>recto eval</h1>\n<pre>\(Self.escaped(EvaluationTable(report: report, comparison: comparison).text))</pre>\n"
        body += "<h2>Misses</h2>\n"
        let documents = report.documents.filter { $0.cases.contains { !$0.isExact } }
        if documents.isEmpty { body += "<p>There are none.</p>\n" }
        for document in documents { body += try await section(document, pictures) }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-recto'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>recto eval</title>
            <style nonce="recto">
            \(Self.style)
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private func section(_ document: DocumentEvaluation, _ pictures: EvaluationPictures) async throws -> String {
        let misses = document.cases.filter { !$0.isExact }
        let found = try await pictures.pictures(of: Set(misses.flatMap(Self.places)), in: document.path)
        var text = "<section>\n<h3>\(Self.escaped(document.path))"
        text += " <small>\(Self.escaped(document.pipeline)), \(document.status.rawValue),"
        text += " \(misses.count) of \(document.cases.count) fields missed</small></h3>\n"
        for error in document.errors { text += "<p class=\"error\">\(Self.escaped(error.message))</p>\n" }
        text += "<table>\n<tr><th>field</th><th>expected</th><th>found</th><th>where</th></tr>\n"
        var shownPages: Set<PageNumber> = []
        for miss in misses {
            text += "<tr class=\"\(miss.outcome.rawValue)\"><td><code>\(Self.escaped(miss.pointer.description))</code>"
            text += "<br><small>\(Self.remarks(miss).map(Self.escaped).joined(separator: "<br>"))</small></td>"
            text += "<td>\(Self.value(miss.expected))</td><td>\(Self.value(miss.found))</td><td>"
            for place in Self.places(miss) {
                // Misses without a place all show the page: once is enough.
                if place.box == nil, !shownPages.insert(place.page).inserted {
                    text += "<small>page \(place.page), above</small>"
                } else {
                    text += Self.figure(found[place], place)
                }
            }
            text += "</td></tr>\n"
        }
        return text + "</table>\n</section>\n"
    }

    /// Where a miss shows: the boxes of its evidence, else the page it was read from, else the first.
    private static func places(_ miss: FieldCase) -> [EvaluationPictures.Place] {
        let boxes = miss.evidence.filter { $0.box != nil }
        if !boxes.isEmpty { return boxes.prefix(3).map { .init(page: $0.page, box: $0.box) } }
        return [.init(page: miss.evidence.first?.page ?? PageNumber(1), box: nil)]
    }

    private static func remarks(_ miss: FieldCase) -> [String] {
        var remarks = [miss.isNormalized ? "means the same" : miss.outcome.rawValue]
        if let confidence = miss.confidence { remarks.append("confidence \(EvaluationTable.number(confidence))") }
        if miss.outcome == .wrong { remarks.append("ANLS \(EvaluationTable.number(miss.likeness))") }
        remarks += Set(miss.evidence.map(\.match.rawValue)).sorted().map { "match \($0)" }
        return remarks
    }

    private static func figure(_ picture: EvaluationPictures.Picture?, _ place: EvaluationPictures.Place) -> String {
        guard let picture else { return "<small>page \(place.page) cannot be shown</small>" }
        return "<figure><img src=\"\(picture.source)\" width=\"\(picture.width)\" alt=\"page \(place.page)\">"
            + "<figcaption>page \(place.page)</figcaption></figure>"
    }

    private static func value(_ value: JSONValue) -> String {
        "<code>\(escaped(JSONWriter().string(value)))</code>"
    }

    /// A text as HTML shows it; characters that would turn or hide the text around them are named instead.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
                escaped += "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let style = """
        body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em; color: #222 }
        pre { overflow-x: auto; background: #f6f6f4; padding: 1em }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; vertical-align: top; padding: .5em .8em; border-top: 1px solid #ddd }
        td code { white-space: pre-wrap; overflow-wrap: anywhere }
        small { color: #666; font-weight: normal }
        .error { color: #a00 }
        .wrong td:nth-child(3) code, .invented td:nth-child(3) code { color: #a00 }
        .missed td:nth-child(3) code { color: #777 }
        figure { margin: 0 0 .6em }
        figure img { display: block; max-width: 100%; height: auto; border: 1px solid #ccc; box-sizing: border-box }
        figcaption { font-size: 80%; color: #666 }
        """
}
