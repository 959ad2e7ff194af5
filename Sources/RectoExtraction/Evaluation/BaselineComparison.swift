public import RectoSchema

/// What is wrong with a file that is given as a baseline.
public struct BaselineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a sentence fragment.
    public let reason: String

    /// What is wrong, as a sentence fragment.
    public var description: String { reason }
}

/// How a report differs from an earlier one, measure by measure.
///
/// A field got worse when its share of exact or normalised answers or its ANLS fell, or when it is not measured any more:
/// a regression that nobody sees is one too. The character error rate counts like a field.
public struct BaselineComparison: Sendable {
    /// A measure that differs.
    public struct Change: Sendable, Hashable {
        /// The pipeline's name; empty for what concerns all of them.
        public let pipeline: String
        /// The field, `overall`, `documents`, `calibration` or `transcription`.
        public let field: String
        /// The measure's key in the reports.
        public let measure: String
        /// What it was; nil when there was nothing to measure.
        public let before: Double?
        /// What it is; nil when there is nothing to measure.
        public let after: Double?
        /// Whether less is better.
        public let isError: Bool

        /// Whether it became worse; what was not measured before did not, what is not measured any more did.
        public var isWorse: Bool {
            guard let before else { return false }
            guard let after else { return true }
            return isError ? after > before : after < before
        }
    }

    /// What differs in fields and in the transcription.
    public let fields: [Change]
    /// What differs in everything together, for people; it decides nothing.
    public let overall: [Change]

    /// Whether a field or the transcription got worse.
    public var isWorse: Bool { fields.contains(where: \.isWorse) }

    /// Compares two reports.
    ///
    /// - Parameters:
    ///   - report: The report in its JSON form.
    ///   - baseline: An earlier report in its JSON form.
    /// - Throws: `BaselineError` when the baseline is no such report.
    public init(_ report: JSONValue, with baseline: JSONValue) throws(BaselineError) {
        let (old, new) = (try Self.measures(of: baseline), try Self.measures(of: report))
        let changes = (old.order + new.order.filter { old.values[$0] == nil }).compactMap { key -> Change? in
            let (before, after) = (old.values[key] ?? nil, new.values[key] ?? nil)
            // Reports keep six decimals; what differs less than that is the same.
            guard before != after else { return nil }
            return Change(
                pipeline: key.pipeline,
                field: key.field,
                measure: key.measure,
                before: before,
                after: after,
                isError: key.isError
            )
        }
        fields = changes.filter { !Self.summaries.contains($0.field) }
        overall = changes.filter { Self.summaries.contains($0.field) }
    }

    /// Fails when a file is no report, before anything is measured for it.
    ///
    /// - Parameter baseline: An earlier report in its JSON form.
    /// - Throws: `BaselineError` when it is none.
    public static func check(_ baseline: JSONValue) throws(BaselineError) { _ = try measures(of: baseline) }

    private struct Key: Hashable {
        let pipeline: String
        let field: String
        let measure: String
        var isError = false
    }

    private static let fieldMeasures = ["exact_rate", "normalized_rate", "anls"]
    private static let summaries: Set<String> = ["overall", "documents", "calibration"]

    private static func measures(of report: JSONValue) throws(BaselineError) -> (order: [Key], values: [Key: Double?]) {
        guard let members = report.objectValue, members["recto_eval"]?.stringValue == EvaluationReport.version,
            let fields = members["fields"]?.arrayValue
        else {
            throw BaselineError(reason: "it is no report of `recto eval --json`, version \(EvaluationReport.version)")
        }
        var order: [Key] = []
        var values: [Key: Double?] = [:]
        func take(_ key: Key, _ object: JSONValue?) {
            order.append(key)
            values.updateValue(object?.objectValue?[key.measure]?.numberValue?.doubleValue, forKey: key)
        }
        for field in fields {
            guard let name = field.objectValue?["field"]?.stringValue,
                let pipeline = field.objectValue?["pipeline"]?.stringValue
            else { throw BaselineError(reason: "an entry of its \"fields\" has no \"field\" or no \"pipeline\"") }
            for measure in fieldMeasures { take(Key(pipeline: pipeline, field: name, measure: measure), field) }
        }
        take(
            Key(pipeline: "", field: "transcription", measure: "character_error_rate", isError: true),
            members["transcription"]
        )
        for measure in fieldMeasures + ["grounding_rate", "location_rate"] {
            take(Key(pipeline: "", field: "overall", measure: measure), members["overall"])
        }
        take(Key(pipeline: "", field: "overall", measure: "invented", isError: true), members["overall"])
        take(Key(pipeline: "", field: "documents", measure: "success_rate"), members["documents"])
        let error = Key(pipeline: "", field: "calibration", measure: "expected_calibration_error", isError: true)
        take(error, members["calibration"])
        return (order, values)
    }
}
