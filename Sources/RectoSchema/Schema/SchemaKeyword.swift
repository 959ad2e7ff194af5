/// The keywords that Recto understands.
enum SchemaKeyword: String, CaseIterable {
    case schema = "$schema"
    case id = "$id"
    case anchor = "$anchor"
    case reference = "$ref"
    case definitions = "$defs"
    case comment = "$comment"
    case type
    case enumeration = "enum"
    case constant = "const"
    case allOf, anyOf, oneOf
    case properties, required, patternProperties, additionalProperties
    case prefixItems, items, minItems, maxItems
    case minLength, maxLength, pattern, format
    case minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf
    case title
    case summary = "description"
    case defaultValue = "default"
    case examples
    case deprecated, readOnly, writeOnly
    case nullable

    /// Why a keyword is refused and what to write in its place.
    ///
    /// - Parameter keyword: A keyword that is none of the cases.
    /// - Returns: A sentence without its full stop.
    static func refusal(of keyword: String) -> String {
        if let advice = advice[keyword] { return "the keyword \"\(keyword)\" is not supported: \(advice)" }
        let advice = closest(to: keyword, of: allCases.map(\.rawValue)).map { "did you mean \"\($0)\"?" }
        return "\"\(keyword)\" is no keyword that Recto knows; "
            + (advice ?? "remove it, or begin its name with x- when it is your own")
    }

    /// The candidate that a misspelt word most likely stands for.
    ///
    /// - Parameters:
    ///   - word: The word.
    ///   - candidates: The words that would be right.
    /// - Returns: The nearest one by edit distance, when at most a third of its letters are wrong.
    static func closest(to word: String, of candidates: [String]) -> String? {
        // A long word is nobody's slip of the pen, and comparing it would take its time.
        guard word.utf8.count <= 40 else { return nil }
        let ranked = candidates.map { candidate in
            // Of two that are equally near, the one that was not written to its end is meant.
            (
                name: candidate, distance: editDistance(word.lowercased(), candidate.lowercased()),
                isCut: candidate.hasPrefix(word)
            )
        }
        let best = ranked.min { ($0.distance, $0.isCut ? 0 : 1) < ($1.distance, $1.isCut ? 0 : 1) }
        guard let best, best.distance <= max(1, best.name.count / 3) else { return nil }
        return best.name
    }

    /// How many letters must be put in, left out, changed or swapped with their neighbour.
    private static func editDistance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var least = min(rows[i][j] + (left[i] == right[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }

    private static let advice = [
        "$dynamicRef": "write $ref",
        "$dynamicAnchor": "write $anchor and refer to it by $ref",
        "$recursiveRef": "it is of an older draft; write $ref",
        "$recursiveAnchor": "it is of an older draft; write $anchor",
        "$vocabulary": "it belongs into a meta-schema; remove it",
        "if": "write the cases as anyOf or oneOf",
        "then": "write the cases as anyOf or oneOf",
        "else": "write the cases as anyOf or oneOf",
        "not": "say what is allowed in place of what is not",
        "contains": "constrain every element by items",
        "minContains": "constrain every element by items",
        "maxContains": "constrain every element by items",
        "uniqueItems": "repeated elements can't be kept from being generated; remove it and compare afterwards",
        "unevaluatedItems": "write items: false beside prefixItems",
        "unevaluatedProperties": "write additionalProperties: false beside all properties",
        "propertyNames": "write patternProperties with additionalProperties: false",
        "minProperties": "name the members in required",
        "maxProperties": "name the members in properties and write additionalProperties: false",
        "dependentRequired": "write the cases as anyOf",
        "dependentSchemas": "write the cases as anyOf",
        "dependencies": "it is of an older draft; write the cases as anyOf",
        "contentEncoding": "the draft does not check it; write a pattern",
        "contentMediaType": "the draft does not check it; remove it",
        "contentSchema": "the draft does not check it; write the value as JSON, not as a string",
        "definitions": "it is of an older draft; write $defs",
        "additionalItems": "it is of an older draft; write items beside prefixItems",
        "id": "it is of an older draft; write $id",
        "discriminator": "it is not JSON Schema; remove it",
    ]
}
