import RectoPages
public import RectoSchema
import RectoVLM

extension EvaluationReport {
    /// The report as `recto eval --json` prints it, members always in the same order and the same for the same readings.
    ///
    /// Shares and means are rounded to six decimals and `null` where there was nothing to divide by.
    ///
    /// - Returns: An object with `recto_eval`, `model`, `documents`, `overall`, `fields`, `lists`, `calibration`, `transcription`,
    ///   `results` and `misses`.
    public func json() -> JSONValue {
        [
            "recto_eval": .string(Self.version),
            "model": model.map {
                [
                    "name": .string($0.name), "family": .string($0.family), "digest": .string($0.digest),
                    "weights": .string($0.weights),
                ]
            } ?? .null,
            "documents": [
                "count": .integer(documents.count),
                "complete": .integer(count(of: .complete)),
                "partial": .integer(count(of: .partial)),
                "failed": .integer(count(of: .failed)),
                "with_fields": .integer(fieldDocuments),
                "right": .integer(rightDocuments),
                "validated": .integer(validatedDocuments),
                "valid": .integer(validDocuments),
                "success_rate": Self.share(FieldScore.share(rightDocuments, of: fieldDocuments)),
            ],
            "overall": .object(Self.json(overall)),
            "fields": .array(
                fields.map { field in
                    var members: JSONObject = ["pipeline": .string(field.pipeline), "field": .string(field.name)]
                    for member in Self.json(field.score) { members[member.key] = member.value }
                    return .object(members)
                }
            ),
            "lists": .array(lists.map(Self.json)),
            "calibration": Self.json(reliability),
            "transcription": text.map(Self.json) ?? .null,
            "results": .array(documents.map(Self.json)),
            "misses": .array(
                documents.flatMap { document in
                    document.cases.filter { !$0.isExact }.map { Self.json($0, of: document) }
                }
            ),
        ]
    }

    static func share(_ value: Double?) -> JSONValue { value.map { .decimal($0, decimals: 6) } ?? .null }

    private static func json(_ score: FieldScore) -> JSONObject {
        [
            "count": .integer(score.count),
            "exact": .integer(score.exact),
            "exact_rate": share(score.exactShare),
            "normalized": .integer(score.normalized),
            "normalized_rate": share(score.normalizedShare),
            "anls": share(score.anls),
            "wrong": .integer(score.wrong),
            "missed": .integer(score.missed),
            "invented": .integer(score.invented),
            "right_values": .integer(score.rightValues),
            "grounded": .integer(score.grounded),
            "grounding_rate": share(score.groundingRate),
            "with_place": .integer(score.withPlace),
            "located": .integer(score.located),
            "location_rate": share(score.locationRate),
        ]
    }

    private static func json(_ list: List) -> JSONValue {
        [
            "pipeline": .string(list.pipeline), "field": .string(list.elements.field),
            "labelled": .integer(list.elements.labels), "found": .integer(list.elements.answers),
            "missing": .integer(list.elements.missing), "surplus": .integer(list.elements.surplus),
        ]
    }

    private static func json(_ table: ReliabilityTable) -> JSONValue {
        [
            "count": .integer(table.count),
            "expected_calibration_error": share(table.expectedCalibrationError),
            "bins": .array(
                table.bins.map { bin in
                    [
                        "from": .decimal(bin.lower, decimals: 1), "to": .decimal(bin.upper, decimals: 1),
                        "count": .integer(bin.count), "mean_confidence": share(bin.meanConfidence),
                        "right": .integer(bin.right), "right_rate": share(bin.rightShare),
                    ]
                }
            ),
        ]
    }

    private static func json(_ errors: CharacterErrors) -> JSONValue {
        [
            "characters": .integer(errors.characters), "edits": .integer(errors.edits),
            "character_error_rate": share(errors.rate),
        ]
    }

    private static func json(_ document: DocumentEvaluation) -> JSONValue {
        [
            "document": .string(document.path),
            "pipeline": .string(document.pipeline),
            "status": .string(document.status.rawValue),
            "fields": .integer(document.cases.count),
            "exact": .integer(document.cases.count(where: \.isExact)),
            "right": document.isRight.map(JSONValue.bool) ?? .null,
            "transcription": document.text.map(json) ?? .null,
            "errors": .array(document.errors.map { $0.json() }),
        ]
    }

    private static func json(_ miss: FieldCase, of document: DocumentEvaluation) -> JSONValue {
        [
            "document": .string(document.path),
            "pipeline": .string(document.pipeline),
            "field": .string(miss.field),
            "pointer": .string(miss.pointer.description),
            "outcome": .string(miss.outcome.rawValue),
            "expected": miss.expected,
            "found": miss.found,
            "normalized": .bool(miss.isNormalized),
            "anls": share(miss.likeness),
            "confidence": share(miss.confidence),
            "evidence": .array(miss.evidence.map { $0.json() }),
        ]
    }
}
