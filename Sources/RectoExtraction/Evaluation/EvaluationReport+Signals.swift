public import RectoSchema

extension EvaluationReport {
    /// What every calibrated confidence was made of and whether its answer was right, for `training/calibrate.py`.
    ///
    /// - Returns: One JSON object for each answer, in the order of the documents.
    public func signals() -> [JSONValue] {
        documents.flatMap { document in
            document.cases.flatMap { fieldCase in
                fieldCase.signals.map { signals in
                    [
                        "document": .string(document.path), "pointer": .string(fieldCase.pointer.description),
                        "right": .bool(fieldCase.isExact),
                        "confidence": fieldCase.confidence.map { .decimal($0, decimals: 6) } ?? .null,
                        "probability": .decimal(signals.probability, decimals: 6),
                        "least_probability": .decimal(signals.leastProbability, decimals: 6),
                        "match": .string(signals.match.rawValue), "elsewhere": .bool(signals.isElsewhere),
                        "label_fit": .decimal(signals.labelFit, decimals: 6),
                        "taken_from_beside": .bool(signals.isTakenFromBeside), "apart": .bool(signals.isApart),
                        "glyph_share": signals.glyphShare.map { .decimal($0, decimals: 6) } ?? .null,
                        "supporters": .integer(signals.supporters),
                        "rival_score": .decimal(signals.rivalScore, decimals: 6),
                    ]
                }
            }
        }
    }
}
