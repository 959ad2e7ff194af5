import RectoSchema

/// Puts the labels of a document beside its answers.
///
/// What the labels do not mention is not measured. Elements of lists are paired in order so that most of their labels
/// agree; elements that are left over are missed or invented, and a list that is too short does not make
/// everything after the gap wrong.
struct FieldMatching {
    /// What an answer is on paper, by its place.
    let kind: (JSONPointer) -> ValueKind
    /// What speaks for each answer, by its place.
    let grounding: [JSONPointer: GroundedField]
    /// Where each label really stands, by the label's place.
    let places: [JSONPointer: [DocumentLabels.Place]]
    /// Whether the document failed.
    let isFailed: Bool

    /// What came of it.
    struct Matched {
        var cases: [FieldCase] = []
        var lists: [ListCase] = []
    }

    /// Pairs labels with answers.
    func matched(expected: JSONObject, found: JSONObject) -> Matched {
        var matched = Matched()
        match(.object(expected), .object(found), at: JSONPointer(), label: JSONPointer(), field: "", into: &matched)
        return matched
    }

    private func match(
        _ expected: JSONValue,
        _ found: JSONValue,
        at pointer: JSONPointer,
        label: JSONPointer,
        field: String,
        into matched: inout Matched
    ) {
        switch (expected, found) {
        case (.object(let labels), _) where !labels.isEmpty:
            for member in labels {
                let answer = found.objectValue?[member.key] ?? .null
                let name = field + JSONPointer([member.key]).description
                let next = (pointer.appending(member.key), label.appending(member.key))
                match(member.value, answer, at: next.0, label: next.1, field: name, into: &matched)
            }
        case (.array(let labels), _) where !labels.isEmpty:
            matchElements(labels, found.arrayValue ?? [], at: pointer, label: label, field: field, into: &matched)
        case (_, .array(let answers)) where Self.saysNothing(expected) && !Self.saysNothing(found):
            matchElements([], answers, at: pointer, label: label, field: field, into: &matched)
        case (_, .object(let answers)) where Self.saysNothing(expected) && !Self.saysNothing(found):
            for member in answers where !Self.saysNothing(member.value) {
                let name = field + JSONPointer([member.key]).description
                let next = (pointer.appending(member.key), label.appending(member.key))
                match(.null, member.value, at: next.0, label: next.1, field: name, into: &matched)
            }
        default:
            let fieldCase = FieldCase(
                pointer: pointer,
                field: field,
                expected: Self.saysNothing(expected) ? .null : expected,
                found: Self.saysNothing(found) ? .null : found,
                kind: kind(pointer),
                isFailed: isFailed,
                grounding: grounding[pointer],
                places: places[label] ?? []
            )
            matched.cases.append(fieldCase)
        }
    }

    private func matchElements(
        _ labels: [JSONValue],
        _ answers: [JSONValue],
        at pointer: JSONPointer,
        label: JSONPointer,
        field: String,
        into matched: inout Matched
    ) {
        let pairs = pairs(labels, answers, at: pointer)
        matched.lists.append(
            ListCase(
                field: field,
                labels: labels.count,
                answers: answers.count,
                missing: pairs.count { $0.answer == nil },
                surplus: pairs.count { $0.label == nil }
            )
        )
        for pair in pairs {
            // A label without an answer stands where its answer would; its place must not name another element's evidence.
            let place = pair.answer ?? answers.count + (pair.label ?? 0)
            match(
                pair.label.map { labels[$0] } ?? .null,
                pair.answer.map { answers[$0] } ?? .null,
                at: pointer.appending(String(place)),
                label: label.appending(String(pair.label ?? labels.count + place)),
                field: field + "/*",
                into: &matched
            )
        }
    }

    /// The pairing in order that agrees most (Needleman and Wunsch 1970, gaps free); of equal ones that with most pairs.
    private func pairs(
        _ labels: [JSONValue],
        _ answers: [JSONValue],
        at pointer: JSONPointer
    ) -> [(label: Int?, answer: Int?)] {
        let width = answers.count + 1
        // Best agreement of the labels from i and the answers from j on.
        var best = Array(repeating: 0.0, count: (labels.count + 1) * width)
        var paired = best
        for i in labels.indices.reversed() {
            for j in answers.indices.reversed() {
                let agreement = agreement(labels[i], answers[j], at: pointer.appending(String(j)))
                paired[i * width + j] = agreement + best[(i + 1) * width + j + 1]
                best[i * width + j] = max(
                    paired[i * width + j],
                    best[(i + 1) * width + j],
                    best[i * width + j + 1]
                )
            }
        }
        var pairs: [(label: Int?, answer: Int?)] = []
        var (i, j) = (0, 0)
        while i < labels.count, j < answers.count {
            if paired[i * width + j] == best[i * width + j] {
                pairs.append((i, j))
                i += 1
                j += 1
            } else if best[(i + 1) * width + j] == best[i * width + j] {
                pairs.append((i, nil))
                i += 1
            } else {
                pairs.append((nil, j))
                j += 1
            }
        }
        pairs += (i..<max(i, labels.count)).map { ($0, nil) }
        pairs += (j..<max(j, answers.count)).map { (nil, $0) }
        return pairs
    }

    /// How many labels of an element agree with an answer, and a little for each pair, so that pairs win over gaps.
    private func agreement(_ label: JSONValue, _ answer: JSONValue, at pointer: JSONPointer) -> Double {
        var agreement = 1.0 / 1024
        label.forEachLeaf { place, value in
            guard !value.isNull else { return }
            let pointer = JSONPointer(pointer.tokens + place.tokens)
            let found = answer.value(at: place)
            if ValueAgreement.isNormalized(expected: value, found: found, kind: kind(pointer)) { agreement += 1 }
        }
        return agreement
    }

    private static func saysNothing(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .array(let elements): elements.allSatisfy(saysNothing)
        case .object(let members): members.allSatisfy { saysNothing($0.value) }
        default: false
        }
    }
}
