import Foundation
import RectoExtraction

/// A report as text for a terminal.
struct EvaluationTable {
    let report: EvaluationReport
    let comparison: BaselineComparison?

    var text: String {
        var parts = [documents]
        if !report.fields.isEmpty { parts += [fields] + (report.lists.isEmpty ? [] : [lists]) + [grounding] }
        if report.reliability.count > 0 { parts.append(reliability) }
        if let text = report.text {
            parts.append(
                "character error rate \(Self.percent(text.rate)): \(text.edits) edits in \(text.characters) characters"
            )
        }
        if let comparison { parts.append(changes(comparison)) }
        return parts.joined(separator: "\n\n")
    }

    private var documents: String {
        var line = "\(report.documents.count) documents"
        if report.fieldDocuments > 0 {
            let rate = Self.percent(Double(report.rightDocuments) / Double(report.fieldDocuments))
            line += ", \(report.rightDocuments) of \(report.fieldDocuments) with every field right (\(rate))"
        }
        line += "; \(report.count(of: .partial)) partial, \(report.count(of: .failed)) failed"
        let troubles = report.documents.filter { $0.status != .complete }.map { document in
            let reasons = document.errors.map { error in
                let page = error.page.map { "page \($0): " } ?? ""
                return "    \(page)\(error.message) [\(error.code)]"
            }
            return (["  \(document.status.rawValue) \(document.path)"] + reasons).joined(separator: "\n")
        }
        return ([line] + troubles).joined(separator: "\n")
    }

    private var fields: String {
        var rows = [
            ["pipeline", "field", "count", "exact", "normalised", "ANLS", "wrong", "missed", "invented", "grounded"]
        ]
        rows += report.fields.map { Self.row($0.pipeline, $0.name, $0.score) }
        rows.append(Self.row("all", "", report.overall))
        return Self.aligned(rows, leftColumns: 2)
    }

    private var lists: String {
        let rows = report.lists.map { list in
            let elements = list.elements
            return [list.pipeline, elements.field]
                + [elements.labels, elements.answers, elements.missing, elements.surplus].map(String.init)
        }
        return Self.aligned([["pipeline", "list", "rows", "found", "missing", "surplus"]] + rows, leftColumns: 2)
    }

    private static func row(_ pipeline: String, _ field: String, _ score: FieldScore) -> [String] {
        [
            pipeline, field, "\(score.count)", percent(score.exactShare), percent(score.normalizedShare),
            number(score.anls), "\(score.wrong)", "\(score.missed)", "\(score.invented)", percent(score.groundingRate),
        ]
    }

    private var grounding: String {
        let score = report.overall
        return "grounding rate \(Self.percent(score.groundingRate)): "
            + "\(score.grounded) of \(score.rightValues) right values have a box"
            + (score.withPlace > 0
                ? "\nlocation rate \(Self.percent(score.locationRate)): "
                    + "\(score.located) of \(score.withPlace) overlap the true box" : "")
            + "\n\(report.validDocuments) of \(report.validatedDocuments) records satisfy their schema"
    }

    private var reliability: String {
        let table = report.reliability
        var rows = [["confidence", "count", "mean", "right"]]
        rows += table.bins.map { bin in
            [
                String(format: "%.1f to %.1f", bin.lower, bin.upper), "\(bin.count)", Self.number(bin.meanConfidence),
                Self.number(bin.rightShare),
            ]
        }
        return Self.aligned(rows, leftColumns: 1)
            + "\nexpected calibration error \(Self.number(table.expectedCalibrationError)) over \(table.count) values"
    }

    private func changes(_ comparison: BaselineComparison) -> String {
        let changes = comparison.fields + comparison.overall
        guard !changes.isEmpty else { return "against the baseline: no difference" }
        var rows = [["against the baseline", "field", "measure", "before", "now", ""]]
        rows += changes.map { change in
            [
                change.pipeline.isEmpty ? "all" : change.pipeline, change.field, change.measure,
                Self.number(change.before), Self.number(change.after), change.isWorse ? "worse" : "",
            ]
        }
        return Self.aligned(rows, leftColumns: 3)
    }

    static func percent(_ share: Double?) -> String { share.map { String(format: "%.1f %%", $0 * 100) } ?? "-" }

    static func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }

    /// Sets columns below each other, the first ones flush left, the others flush right.
    private static func aligned(_ rows: [[String]], leftColumns: Int) -> String {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return column < leftColumns ? cell + gap : gap + cell
            }
            var line = cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
        .joined(separator: "\n")
    }
}
