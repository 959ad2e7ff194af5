/// The tokens that are put before and after a text.
struct PostProcessor: Sendable {
    private(set) var prefix: [Int] = []
    private(set) var suffix: [Int] = []

    /// Reads `post_processor` of a tokenizer file.
    ///
    /// - Parameter node: The member, nil when it is absent.
    /// - Throws: `ModelInputError` for a post-processor that Recto does not know.
    init(_ node: CheckpointNode?) throws(ModelInputError) {
        for step in try node?.sequence(of: "processors") ?? [] {
            let type = try step.type()
            switch type {
            case "ByteLevel": continue  // moves offsets only
            case "TemplateProcessing": try wrap(step)
            default: throw step.unsupported("the post-processor \(type)")
            }
        }
    }

    private mutating func wrap(_ node: CheckpointNode) throws(ModelInputError) {
        var before: [Int] = []
        var after: [Int] = []
        var isAfterText = false
        for piece in try node.required("single").elements() {
            if let sequence = piece["Sequence"] {
                let name = try sequence.required("id").string()
                guard name == "A", !isAfterText else { throw piece.unsupported("a template that is not one text") }
                isAfterText = true
            } else {
                let name = try piece.required("SpecialToken").required("id").string()
                let special = try node.required("special_tokens").required(name)
                for id in try special.required("ids").elements() {
                    if isAfterText { after.append(try id.integer()) } else { before.append(try id.integer()) }
                }
            }
        }
        guard isAfterText else { throw node.malformed("has a template without the text") }
        prefix = before + prefix
        suffix += after
    }
}
