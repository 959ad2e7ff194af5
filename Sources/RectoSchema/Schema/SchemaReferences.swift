/// What the `$id`s, `$anchor`s and `$ref`s of one source name (JSON Schema Core 8.2).
struct SchemaReferences {
    /// A `$ref` that was read before all that it may mean was.
    struct Pending {
        /// Where its schema stands.
        let place: JSONPointer
        /// What is written there.
        let text: String
        /// The URI that it is relative to.
        let base: URIReference
    }

    /// The schemas by place.
    var places: [JSONPointer: JSONSchema.NodeIndex] = [:]
    /// The places of the schemas with a URI of their own; the whole schema has the empty one as well.
    var resources: [URIReference: JSONPointer] = [URIReference(""): JSONPointer()]
    /// The schemas with an `$anchor`, by their URI and its fragment.
    var anchors: [URIReference: JSONSchema.NodeIndex] = [:]
    /// The references, in the order of the source.
    var pending: [Pending] = []
}

extension SchemaCompiler {
    /// Reads `$id` and `$anchor`, which must be known before any reference is followed (Core 8.2.1, 8.2.2).
    ///
    /// - Parameters:
    ///   - object: The schema.
    ///   - index: Its node.
    ///   - pointer: Where it stands.
    ///   - base: The base URI outside.
    /// - Returns: The base URI inside.
    mutating func identify(
        _ object: JSONObject,
        as index: JSONSchema.NodeIndex,
        at pointer: JSONPointer,
        base: URIReference
    ) -> URIReference {
        var base = base
        if let value = object["$id"] {
            if let text = value.stringValue, URIReference(text).fragment ?? "" == "" {
                base = URIReference(text).withoutFragment.resolved(against: base)
                if let other = references.resources.updateValue(pointer, forKey: base), other != pointer {
                    report("$id", at: pointer, "\"\(base)\" is already the $id of the schema at \"\(other)\"")
                }
            } else {
                report("$id", at: pointer, "a URI without a fragment is expected, as a string")
            }
        }
        if let value = object["$anchor"] {
            if let name = value.stringValue, Self.isAnchor(name) {
                var target = base
                target.fragment = name
                if references.anchors.updateValue(index, forKey: target) != nil {
                    report("$anchor", at: pointer, "the anchor \"\(name)\" is already taken")
                }
            } else {
                let rule = "a letter or _, then letters, digits, hyphens, full stops and _"
                report("$anchor", at: pointer, "a name is expected: \(rule)")
            }
        }
        return base
    }

    /// Finds the node that a reference means and writes it down.
    ///
    /// - Parameter pending: The reference.
    mutating func resolve(_ pending: SchemaReferences.Pending) {
        let place = pending.place
        guard let index = references.places[place] else { return }
        let target = URIReference(pending.text).resolved(against: pending.base)
        guard let fragment = target.decodedFragment else {
            report("$ref", at: place, "\"\(pending.text)\" has a broken percent-escape")
            return
        }
        if let resource = references.resources[target.withoutFragment] {
            if let pointer = JSONPointer(parsing: fragment) {
                nodes[index.position].reference = references.places[JSONPointer(resource.tokens + pointer.tokens)]
            } else {
                var anchor = target
                anchor.fragment = fragment
                nodes[index.position].reference = references.anchors[anchor]
            }
            guard nodes[index.position].reference == nil else { return }
            report("$ref", at: place, "\"\(pending.text)\" does not lead to a schema; put the schema under $defs")
        } else {
            report(
                "$ref",
                at: place,
                "\"\(pending.text)\" leads out of this schema, and nothing is fetched; copy what it means into $defs"
            )
        }
    }

    /// Refuses schemas that would be checked against the same instance for ever (Core 9.4.1), or nearly so.
    mutating func checkCircles() {
        var heights = [Int?](repeating: nil, count: nodes.count)
        for position in nodes.indices {
            var path: [Int] = []
            guard height(of: position, path: &path, heights: &heights) == nil, let last = path.last else { continue }
            let isCircle = Set(path).count < path.count
            // A circle is closed by a reference: everything else leads deeper into the source.
            let circle = path.drop { $0 != last }
            let node = nodes[isCircle ? circle.first { nodes[$0].reference != nil } ?? last : position]
            let keyword = node.reference == nil ? "" : SchemaKeyword.reference.rawValue
            let message =
                isCircle
                ? "this schema leads back to itself without a step into the instance, so that checking it never ends"
                : "more than \(JSONSchema.maximumDepth) schemas apply to one value in a chain; shorten the chain"
            let pointer = keyword.isEmpty ? node.pointer : node.pointer.appending(keyword)
            issues.append(SchemaIssue(pointer: pointer, keyword: keyword, message: message))
            // What was on the way is reported with it, so that the next report is about something else.
            for position in path { heights[position] = 0 }
        }
    }

    /// How many schemas follow each other at most without a step into the instance; nil leaves the path that is
    /// too long in `path`.
    private func height(of position: Int, path: inout [Int], heights: inout [Int?]) -> Int? {
        if let height = heights[position] { return height }
        let isRepeated = path.contains(position)
        path.append(position)
        guard !isRepeated, path.count <= JSONSchema.maximumDepth else { return nil }
        var highest = 0
        let node = nodes[position]
        for next in [node.reference].compactMap({ $0 }) + node.allOf + node.anyOf + node.oneOf {
            guard let height = height(of: next.position, path: &path, heights: &heights) else { return nil }
            highest = max(highest, height)
        }
        guard highest < JSONSchema.maximumDepth else { return nil }
        path.removeLast()
        heights[position] = highest + 1
        return highest + 1
    }

    private static func isAnchor(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count == name.unicodeScalars.count else { return false }
        let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F }
        return isLetter(first)
            && name.utf8.dropFirst().allSatisfy {
                isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
            }
    }
}
