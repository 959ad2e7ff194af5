/// What turns tokens back into text, as a chain of steps that take tokens one by one.
struct TokenDecoder: Sendable {
    enum Step: Sendable {
        case replace(pattern: [UInt8], content: [UInt8])
        case byteFallback
        case fuse
        /// Takes characters off the ends of each token, or of the whole text when tokens were fused before.
        case strip(content: [UInt8], start: Int, stop: Int, isFused: Bool)
        case byteLevel
        case metaspace(Metaspace)
    }

    /// The steps in order.
    private(set) var steps: [Step] = []
    /// What stands between tokens when the file names no decoder.
    let separator: [UInt8]

    /// Reads `decoder` of a tokenizer file.
    ///
    /// - Parameter node: The member, nil when it is absent.
    /// - Throws: `ModelInputError` for a decoder that Recto does not know.
    init(_ node: CheckpointNode?) throws(ModelInputError) {
        separator = node == nil ? [0x20] : []
        var isFused = false
        for step in try node?.sequence(of: "decoders") ?? [] {
            let type = try step.type()
            switch type {
            case "Replace":
                guard let pattern = try step.required("pattern")["String"] else {
                    throw step.unsupported("the decoder Replace with a regex")
                }
                if isFused { throw step.unsupported("the decoder Replace after Fuse") }
                steps.append(.replace(pattern: try pattern.bytes(), content: try step.required("content").bytes()))
            case "ByteFallback":
                if isFused { throw step.unsupported("the decoder ByteFallback after Fuse") }
                steps.append(.byteFallback)
            case "Fuse":
                steps.append(.fuse)
                isFused = true
            case "Strip":
                steps.append(
                    .strip(
                        content: try step.required("content").bytes(),
                        start: try step.required("start").integer(),
                        stop: try step.required("stop").integer(),
                        isFused: isFused
                    )
                )
            case "ByteLevel":
                if isFused { throw step.unsupported("the decoder ByteLevel after Fuse") }
                steps.append(.byteLevel)
                isFused = true
            case "Metaspace":
                if isFused { throw step.unsupported("the decoder Metaspace after Fuse") }
                steps.append(.metaspace(try Metaspace(step)))
            default: throw step.unsupported("the decoder \(type)")
            }
        }
    }
}
