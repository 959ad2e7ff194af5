import RectoPages
public import RectoSchema

extension DocTagsPage {
    /// The page's parts as they stand in a record: `{"type": "section_header", "level": 1, "text": "…", "box": […]}`.
    ///
    /// Members that a part does not have are absent; `box` is the model's own word, in points.
    public var json: JSONValue { .array(elements.map(\.json)) }
}

extension DocTagsElement {
    /// The part as it stands in a record.
    var json: JSONValue {
        var members: JSONObject = ["type": .string(kind.rawValue)]
        if let level { members["level"] = .integer(level) }
        if let number { members["number"] = .integer(number) }
        if !text.isEmpty || children.isEmpty && table == nil && kind != .pageBreak { members["text"] = .string(text) }
        if let language { members["language"] = .string(language) }
        if let pictureClass { members["class"] = .string(pictureClass) }
        if let table { members["table"] = table.json }
        if !links.isEmpty { members["links"] = .array(links.map { .integer($0) }) }
        if !children.isEmpty { members["children"] = .array(children.map(\.json)) }
        if let box {
            members["box"] = .array([box.x0, box.y0, box.x1, box.y1].map { .decimal($0, decimals: 1) })
        }
        return .object(members)
    }
}

extension DocTagsTable {
    /// The table as it stands in a record.
    var json: JSONValue {
        let cells = cells.map { cell -> JSONValue in
            var members: JSONObject = [
                "row": .integer(cell.row), "column": .integer(cell.column), "text": .string(cell.text),
            ]
            if cell.role != .data { members["role"] = .string(cell.role.rawValue) }
            if cell.rowSpan > 1 { members["row_span"] = .integer(cell.rowSpan) }
            if cell.columnSpan > 1 { members["column_span"] = .integer(cell.columnSpan) }
            return .object(members)
        }
        return ["rows": .integer(rowCount), "columns": .integer(columnCount), "cells": .array(cells)]
    }
}
