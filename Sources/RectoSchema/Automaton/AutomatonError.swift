/// Why no automaton can be made that guarantees a schema.
public enum AutomatonError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No value satisfies the schema; the issue says at which keyword.
    case unsatisfiable(SchemaIssue)
    /// Two alternatives of a `oneOf` may both hold; the places are those of the `oneOf` and of the two.
    case overlappingAlternatives(JSONPointer, JSONPointer, JSONPointer)
    /// A keyword's automaton would have more states than allowed; the detail is what the keyword says.
    case tooManyStates(JSONPointer, keyword: String, detail: String, limit: Int)
    /// Merging the alternatives of `allOf`, `anyOf` and `oneOf` at this place gives more cases than allowed.
    case tooManyCases(JSONPointer, limit: Int)
    /// The least instance is nested deeper than allowed.
    case tooDeep(needed: Int, limit: Int)

    /// What is wrong, where, and what to do, in the form of a schema's other mistakes.
    public var issue: SchemaIssue {
        switch self {
        case .unsatisfiable(let issue):
            SchemaIssue(
                pointer: issue.pointer,
                keyword: issue.keyword,
                message: "no value satisfies the schema: \(issue.message); relax one of the keywords"
            )
        case .overlappingAlternatives(let place, let first, let second):
            SchemaIssue(
                pointer: place,
                keyword: "oneOf",
                message: """
                    "\(first)" and "\(second)" may both hold, which oneOf forbids; give them different types or a required \
                    property with different const values, or write anyOf
                    """
            )
        case .tooManyStates(let place, let keyword, let detail, let limit):
            SchemaIssue(
                pointer: place,
                keyword: keyword,
                message: """
                    \(keyword) \(detail) needs an automaton of more than \(limit) states; make its repetitions or bounds \
                    smaller
                    """
            )
        case .tooManyCases(let place, let limit):
            SchemaIssue(
                pointer: place,
                keyword: "",
                message: "the alternatives multiply to more than \(limit) cases; merge some of them by hand"
            )
        case .tooDeep(let needed, let limit):
            SchemaIssue(
                pointer: JSONPointer(),
                keyword: "",
                message: """
                    the least instance is nested \(needed) levels deep and \(limit) are allowed; make the schema flatter
                    """
            )
        }
    }

    /// One sentence that says what is wrong, where, and what to do.
    public var description: String { issue.description }
}
