import Foundation

/// A Jinja template without the differences that mean nothing: quotes, escaped line ends, space inside the delimiters, space
/// that a minus sign takes away, a last line end, comments, marks around what the assistant generates.
struct CanonicalTemplate {
    private(set) var text: String

    init(_ template: String) {
        text = template.replacing("\\n", with: "\n").replacing("\"", with: "'")
        text = text.replacing("|capitalize", with: ".capitalize()").replacing(" | capitalize", with: ".capitalize()")
        for (opening, closing) in [("{{", "}}"), ("{%", "%}")] {
            eachPart(separatedBy: opening) { before, after in
                if after.first == "-" {
                    after.removeFirst()
                    before = before.dropLastCharacters(where: \.isWhitespace)
                }
                after = after.drop { $0 == " " }
            }
            eachPart(separatedBy: closing) { before, after in
                if before.last == "-" {
                    before.removeLast()
                    after = after.drop(while: \.isWhitespace)
                }
                before = before.dropLastCharacters { $0 == " " }
            }
        }
        if text.hasSuffix("%}\n") { text.removeLast() }
        for mark in ["{%generation%}", "{%endgeneration%}"] { text = text.replacing(mark, with: "") }
        removeComments()
    }

    private mutating func removeComments() {
        let parts = text.split(separator: "{#", omittingEmptySubsequences: false)
        text = parts.enumerated().map { index, part in
            if index == 0 { return String(part) }
            guard let end = part.range(of: "#}") else { return "{#" + part }
            return String(part[end.upperBound...])
        }.joined()
    }

    /// Changes what stands before and after each delimiter.
    private mutating func eachPart(separatedBy delimiter: String, _ change: (inout Substring, inout Substring) -> Void)
    {
        var parts = text.split(separator: delimiter, omittingEmptySubsequences: false)
        for index in parts.indices.dropFirst() {
            var (before, after) = (parts[index - 1], parts[index])
            change(&before, &after)
            (parts[index - 1], parts[index]) = (before, after)
        }
        text = parts.joined(separator: delimiter)
    }
}

extension Substring {
    fileprivate func dropLastCharacters(where isDropped: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, isDropped(last) { text.removeLast() }
        return text
    }
}
