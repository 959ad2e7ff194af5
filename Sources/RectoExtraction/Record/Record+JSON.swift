import RectoPages
public import RectoSchema
import RectoVLM

extension Record {
    /// The record in the form of design §3.3, its members always in the same order.
    ///
    /// - Returns: An object that satisfies `Record.schema`.
    public func json() -> JSONValue {
        [
            "recto": .string(Self.version),
            "id": .string(id),
            "status": .string(status.rawValue),
            "source": [
                "name": .string(source.name), "path": .string(source.path), "sha256": .string(source.sha256),
                "bytes": .integer(source.bytes), "pages": .integer(source.pages),
            ],
            "pipeline": [
                "name": .string(pipeline.name), "version": .integer(pipeline.version),
                "digest": .string(pipeline.digest),
            ],
            "model": model.map(Self.json) ?? .null,
            "fields": .object(fields),
            "evidence": .object(
                JSONObject(
                    grounding.map { field in
                        .init(key: field.pointer.description, value: .array(field.evidence.map { $0.json() }))
                    }
                )
            ),
            "confidence": .object(
                JSONObject(
                    grounding.compactMap { field in
                        guard let confidence = field.confidence else { return nil }
                        return .init(key: field.pointer.description, value: .decimal(confidence, decimals: 4))
                    }
                )
            ),
            "conflicts": .array(conflicts.map { $0.json() }),
            "pages": .array(pages.map { $0.json() }),
            "errors": .array(errors.map { $0.json() }),
            "run": .object(run),
        ]
    }

    private static func json(_ model: ModelDescription) -> JSONValue {
        [
            "name": .string(model.name), "family": .string(model.family), "digest": .string(model.digest),
            "weights": .string(model.weights),
        ]
    }

    /// Sorts the pages and fills the gaps, so that there is one entry for each page.
    static func completing(_ pages: [PageReport], count: Int) -> [PageReport] {
        var reports: [PageNumber: PageReport] = [:]
        for report in pages { reports[report.page] = report }
        guard count > 0 else { return [] }
        return (1...count).map { number in
            let page = PageNumber(number)
            return reports[page] ?? PageReport(page: page, status: .skipped)
        }
    }

    /// Adds the pages' own errors to those of the document, each once, in the order of the pages.
    static func merging(_ errors: [ErrorReport], with pages: [PageReport]) -> [ErrorReport] {
        var merged: [ErrorReport] = []
        for error in errors + pages.compactMap(\.error) where !merged.contains(error) { merged.append(error) }
        return merged.enumerated()
            .sorted { ($0.element.page?.value ?? 0, $0.offset) < ($1.element.page?.value ?? 0, $1.offset) }
            .map(\.element)
    }
}
