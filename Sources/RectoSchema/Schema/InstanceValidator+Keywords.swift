extension InstanceValidator {
    /// Checks what applies to values of every type: `type`, `const` and `enum`.
    ///
    /// - Parameters:
    ///   - instance: The value.
    ///   - shared: The schema object.
    ///   - report: What the violations are added to.
    func checkValue(_ instance: JSONValue, _ shared: SharedNode, _ report: inout ViolationReport) {
        if let types = shared.node.types, !types.contains(where: { Self.hasType(instance, $0) }) {
            let expected = types.map(\.rawValue).sorted().joined(separator: " or ")
            report.add("type", expected, found: instance.typeName)
        }
        if let constant = shared.node.constant, !instance.isEqualInstance(to: constant) {
            report.add("const", ViolationReport.text(constant), found: ViolationReport.text(instance))
        }
        if let values = shared.node.enumeration, !values.contains(where: { instance.isEqualInstance(to: $0) }) {
            let expected = values.prefix(10).map(ViolationReport.text).joined(separator: ", ")
            report.add("enum", "one of \(expected)", found: ViolationReport.text(instance))
        }
    }

    private static func hasType(_ instance: JSONValue, _ type: JSONSchema.ValueType) -> Bool {
        switch (instance, type) {
        case (.null, .null), (.bool, .boolean), (.number, .number), (.string, .string), (.array, .array),
            (.object, .object):
            true
        case (.number(let number), .integer): ExactDecimal(number)?.isInteger ?? false
        default: false
        }
    }

    /// Checks the keywords for strings.
    ///
    /// - Parameters:
    ///   - text: The string.
    ///   - shared: The schema object.
    ///   - report: What the violations are added to.
    mutating func checkString(_ text: String, _ shared: SharedNode, _ report: inout ViolationReport) {
        if shared.node.minLength != nil || shared.node.maxLength != nil {
            let length = text.unicodeScalars.count
            if let least = shared.node.minLength, length < least {
                report.add("minLength", "at least \(least) characters", found: String(length))
            }
            if let most = shared.node.maxLength, length > most {
                report.add("maxLength", "at most \(most) characters", found: String(length))
            }
        }
        if let pattern = shared.node.pattern, !matches(text, pattern) {
            report.add("pattern", "a match of \(pattern.source)", found: ViolationReport.text(.string(text)))
        }
        if let format = shared.node.format, !format.accepts(text) {
            report.add("format", format.rawValue, found: ViolationReport.text(.string(text)))
        }
    }

    /// Checks the keywords for numbers; one that is out of all bounds violates each of them.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - shared: The schema object.
    ///   - report: What the violations are added to.
    static func checkNumber(_ number: JSONNumber, _ shared: SharedNode, _ report: inout ViolationReport) {
        let bounds:
            [(keyword: String, bound: ExactDecimal?, holds: (ExactDecimal, ExactDecimal) -> Bool, words: String)] = [
                ("minimum", shared.node.minimum, { $0 >= $1 }, "at least"),
                ("exclusiveMinimum", shared.node.exclusiveMinimum, { $0 > $1 }, "more than"),
                ("maximum", shared.node.maximum, { $0 <= $1 }, "at most"),
                ("exclusiveMaximum", shared.node.exclusiveMaximum, { $0 < $1 }, "less than"),
                ("multipleOf", shared.node.multipleOf, { $0.isMultiple(of: $1) }, "a multiple of"),
            ]
        guard bounds.contains(where: { $0.bound != nil }) else { return }
        let value = ExactDecimal(number)
        for (keyword, bound, holds, words) in bounds {
            guard let bound, !(value.map { holds($0, bound) } ?? false) else { continue }
            report.add(keyword, "\(words) \(bound)", found: ViolationReport.text(.number(number)))
        }
    }

    /// Checks the keywords for arrays, and the elements.
    ///
    /// - Parameters:
    ///   - elements: The elements.
    ///   - shared: The schema object.
    ///   - report: What the violations are added to.
    mutating func checkElements(
        _ elements: [JSONValue],
        _ shared: SharedNode,
        _ report: inout ViolationReport
    ) {
        if let least = shared.node.minItems, elements.count < least {
            report.add("minItems", "at least \(least) elements", found: String(elements.count))
        }
        if let most = shared.node.maxItems, elements.count > most {
            report.add("maxItems", "at most \(most) elements", found: String(elements.count))
        }
        guard !shared.node.prefixItems.isEmpty || shared.node.items != nil else { return }
        for (position, element) in elements.enumerated() {
            guard
                let index = position < shared.node.prefixItems.count
                    ? shared.node.prefixItems[position] : shared.node.items
            else { break }
            report.add(violations(of: element, at: report.place.appending(String(position)), by: index))
        }
    }

    /// Checks the keywords for objects, and the members.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - shared: The schema object.
    ///   - report: What the violations are added to.
    mutating func checkMembers(_ object: JSONObject, _ shared: SharedNode, _ report: inout ViolationReport) {
        let present = Set(shared.node.required.isEmpty ? [] : object.keys.map { Array($0.utf8) })
        for name in shared.node.required where !present.contains(Array(name.utf8)) {
            report.add("required", "the member \"\(name)\"", found: "nothing")
        }
        guard
            !shared.node.properties.isEmpty || !shared.node.patternProperties.isEmpty
                || shared.node.additionalProperties != nil
        else {
            return
        }
        // Names are compared by their bytes: `String` takes canonically equivalent ones for equal, JSON does not.
        let named = Dictionary(shared.node.properties.map { (Array($0.name.utf8), $0.node) }) { first, _ in first }
        for member in object {
            var indices = [named[Array(member.key.utf8)]].compactMap { $0 }
            for property in shared.node.patternProperties where matches(member.key, property.pattern) {
                indices.append(property.node)
            }
            if indices.isEmpty, let further = shared.node.additionalProperties {
                if nodes[further.position].node.boolean == false {
                    let found = ViolationReport.text(member.value)
                    report.add("additionalProperties", "no member \"\(member.key)\"", found: found)
                    continue
                }
                indices.append(further)
            }
            for index in indices {
                report.add(violations(of: member.value, at: report.place.appending(member.key), by: index))
            }
        }
    }
}
