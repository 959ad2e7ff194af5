import Foundation
import RectoSchema

/// Turns a schema's JSON into nodes, refusing everything that would not be checked.
struct SchemaReader {
    let source: JSONValue

    /// Reads one schema.
    ///
    /// - Parameters:
    ///   - value: The schema.
    ///   - pointer: Where it stands.
    ///   - references: The `$ref`s that led here, to notice circles.
    /// - Returns: The node.
    /// - Throws: `ExtractionError` with keyword and pointer.
    func node(
        _ value: JSONValue,
        at pointer: JSONPointer,
        references: [String]
    ) throws(ExtractionError) -> SchemaNode {
        guard let object = value.objectValue else {
            throw invalid("schema", pointer, "a schema must be an object, this is \(value.typeName)")
        }
        if let reference = object["$ref"] {
            return try referenced(reference, in: object, at: pointer, references: references)
        }
        var node = SchemaNode(pointer: pointer)
        for member in object {
            try read(member.key, member.value, at: pointer, into: &node, references: references)
        }
        try readProperties(of: object, at: pointer, into: &node, references: references)
        if object["nullable"]?.boolValue == true { node.types.insert(.null) }
        return node
    }

    private func read(
        _ keyword: String,
        _ value: JSONValue,
        at pointer: JSONPointer,
        into node: inout SchemaNode,
        references: [String]
    ) throws(ExtractionError) {
        switch keyword {
        case "$schema", "$id", "$comment": _ = try text(value, keyword, pointer)
        case "$defs":
            guard let definitions = value.objectValue else { throw invalid(keyword, pointer, "it must be an object") }
            for definition in definitions {
                let place = pointer.appending("$defs").appending(definition.key)
                _ = try self.node(definition.value, at: place, references: references + ["#" + place.description])
            }
        case "type": node.types = try types(value, at: pointer)
        case "title": node.title = try text(value, keyword, pointer)
        case "description": node.summary = try text(value, keyword, pointer)
        case "enum":
            guard let values = value.arrayValue, !values.isEmpty else {
                throw invalid(keyword, pointer, "it must be a list with at least one value")
            }
            node.enumeration = values
        case "const": node.constant = value
        case "items":
            node.items = [try self.node(value, at: pointer.appending(keyword), references: references)]
        case "format":
            let name = try text(value, keyword, pointer)
            guard let format = SchemaFormat(rawValue: name) else {
                throw unsupported(keyword, pointer, "the format \"\(name)\" is not one of date, date-time, email")
            }
            node.format = format
        case "pattern": node.pattern = try pattern(value, at: pointer)
        case "minLength": node.minimumLength = try count(value, keyword, pointer)
        case "maxLength": node.maximumLength = try count(value, keyword, pointer)
        case "minimum": node.minimum = try number(value, keyword, pointer)
        case "maximum": node.maximum = try number(value, keyword, pointer)
        case "minItems": node.minimumCount = try count(value, keyword, pointer)
        case "maxItems": node.maximumCount = try count(value, keyword, pointer)
        case "nullable":
            guard value.boolValue != nil else { throw invalid(keyword, pointer, "true or false is expected") }
        case "additionalProperties":
            if let flag = value.boolValue {
                node.allowsFurtherProperties = flag
            } else {
                let place = pointer.appending(keyword)
                node.furtherProperties = [try self.node(value, at: place, references: references)]
            }
        case "x-recto": try readExtension(value, at: pointer, into: &node)
        case "properties", "required": break
        default:
            throw unsupported(keyword, pointer, "remove it, or write the constraint with another keyword")
        }
    }

    private func readProperties(
        of object: JSONObject,
        at pointer: JSONPointer,
        into node: inout SchemaNode,
        references: [String]
    ) throws(ExtractionError) {
        var required: [String] = []
        if let value = object["required"] {
            guard let names = value.arrayValue else { throw invalid("required", pointer, "it must be a list of names") }
            for name in names { required.append(try text(name, "required", pointer)) }
        }
        var known: Set<String> = []
        if let value = object["properties"] {
            guard let properties = value.objectValue else {
                throw invalid("properties", pointer, "it must be an object")
            }
            for member in properties {
                let place = pointer.appending("properties").appending(member.key)
                let child = try self.node(member.value, at: place, references: references)
                known.insert(member.key)
                node.properties.append(.init(name: member.key, node: child, isRequired: required.contains(member.key)))
            }
        }
        node.furtherRequired = required.filter { !known.contains($0) }
    }

    private func referenced(
        _ reference: JSONValue,
        in object: JSONObject,
        at pointer: JSONPointer,
        references: [String]
    ) throws(ExtractionError) -> SchemaNode {
        let target = try text(reference, "$ref", pointer)
        guard target.hasPrefix("#"), let place = JSONPointer(parsing: String(target.dropFirst())),
            place.tokens.first == "$defs", let value = source.value(at: place)
        else {
            throw unsupported("$ref", pointer, "\"\(target)\" does not lead to a schema under #/$defs of this file")
        }
        guard !references.contains(target) else {
            throw unsupported("$ref", pointer, "\"\(target)\" leads back to itself")
        }
        var node = try self.node(value, at: place, references: references + [target])
        for member in object where member.key != "$ref" {
            switch member.key {
            case "title": node.title = try text(member.value, member.key, pointer)
            case "description": node.summary = try text(member.value, member.key, pointer)
            case "nullable": if member.value == true { node.types.insert(.null) }
            case "x-recto": try readExtension(member.value, at: pointer, into: &node)
            default: throw unsupported(member.key, pointer, "beside $ref only title, description, nullable and x-recto")
            }
        }
        return node
    }

    private func readExtension(
        _ value: JSONValue,
        at pointer: JSONPointer,
        into node: inout SchemaNode
    ) throws(ExtractionError) {
        let place = pointer.appending("x-recto")
        guard let object = value.objectValue else { throw invalid("x-recto", pointer, "it must be an object") }
        for member in object {
            switch member.key {
            case "type":
                let name = try text(member.value, "type", place)
                guard let kind = ValueKind(rawValue: name) else {
                    throw invalid("type", place, "\"\(name)\" is not one of amount, date, text")
                }
                node.declaredKind = kind
            case "labels":
                guard let labels = member.value.arrayValue, !labels.isEmpty else {
                    throw invalid("labels", place, "it must be a list with at least one label")
                }
                node.labels = []
                for label in labels { node.labels.append(try text(label, "labels", place)) }
            default: throw unsupported(member.key, place, "x-recto knows type and labels")
            }
        }
    }
}

extension SchemaReader {
    private func types(_ value: JSONValue, at pointer: JSONPointer) throws(ExtractionError) -> Set<SchemaType> {
        var types: Set<SchemaType> = []
        for name in value.arrayValue ?? [value] {
            let name = try text(name, "type", pointer)
            guard let type = SchemaType(rawValue: name) else {
                throw invalid("type", pointer, "\"\(name)\" is no type of JSON Schema")
            }
            types.insert(type)
        }
        guard !types.isEmpty else { throw invalid("type", pointer, "the list is empty") }
        if types.subtracting([.null, .number, .integer]).count > 1
            || (types.contains { [.string, .boolean, .array, .object].contains($0) }
                && types.contains { [.number, .integer].contains($0) })
        {
            throw unsupported("type", pointer, "only one type, with or without \"null\", can be extracted")
        }
        return types
    }

    private func pattern(_ value: JSONValue, at pointer: JSONPointer) throws(ExtractionError) -> String {
        let pattern = try text(value, "pattern", pointer)
        do { _ = try NSRegularExpression(pattern: pattern) } catch {
            throw invalid("pattern", pointer, "\"\(pattern)\" is no regular expression")
        }
        return pattern
    }

    private func text(
        _ value: JSONValue,
        _ keyword: String,
        _ pointer: JSONPointer
    ) throws(ExtractionError) -> String {
        guard let text = value.stringValue else {
            throw invalid(keyword, pointer, "a string is expected, this is \(value.typeName)")
        }
        return text
    }

    private func count(_ value: JSONValue, _ keyword: String, _ pointer: JSONPointer) throws(ExtractionError) -> Int {
        guard let count = value.numberValue?.intValue, count >= 0 else {
            throw invalid(keyword, pointer, "a whole number from 0 on is expected")
        }
        return count
    }

    private func number(
        _ value: JSONValue,
        _ keyword: String,
        _ pointer: JSONPointer
    ) throws(ExtractionError) -> JSONNumber {
        guard let number = value.numberValue else {
            throw invalid(keyword, pointer, "a number is expected, this is \(value.typeName)")
        }
        return number
    }

    private func invalid(_ keyword: String, _ pointer: JSONPointer, _ reason: String) -> ExtractionError {
        .invalidSchema(keyword: keyword, pointer: pointer.description, reason: reason)
    }

    private func unsupported(_ keyword: String, _ pointer: JSONPointer, _ reason: String) -> ExtractionError {
        .unsupportedKeyword(keyword: keyword, pointer: pointer.description, reason: reason)
    }
}
