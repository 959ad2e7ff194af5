import Foundation

/// What happens to a stretch of text before it is cut into tokens.
struct TextNormalizer: Sendable {
    private enum Step: Sendable {
        case prepend([UInt8])
        case replace(pattern: [UInt8], content: [UInt8])
        case compose(CompositionForm)
        case lowercase
        case strip(left: Bool, right: Bool)
    }

    private enum CompositionForm: Sendable {
        case nfc, nfd, nfkc, nfkd
    }

    private var steps: [Step] = []

    /// Reads `normalizer` of a tokenizer file.
    ///
    /// - Parameter node: The member, nil when it is absent.
    /// - Throws: `ModelInputError` for a normalizer that Recto does not know.
    init(_ node: CheckpointNode?) throws(ModelInputError) {
        for step in try node?.sequence(of: "normalizers") ?? [] { steps.append(try Self.step(step)) }
    }

    private static func step(_ node: CheckpointNode) throws(ModelInputError) -> Step {
        let type = try node.type()
        switch type {
        case "Prepend": return .prepend(try node.required("prepend").bytes())
        case "Replace":
            let pattern = try node.required("pattern")
            guard let string = pattern["String"] else { throw node.unsupported("the normalizer Replace with a regex") }
            return .replace(pattern: try string.bytes(), content: try node.required("content").bytes())
        case "NFC": return .compose(.nfc)
        case "NFD": return .compose(.nfd)
        case "NFKC": return .compose(.nfkc)
        case "NFKD": return .compose(.nfkd)
        case "Lowercase": return .lowercase
        case "Strip":
            return .strip(
                left: try node.flag("strip_left", default: true),
                right: try node.flag("strip_right", default: true)
            )
        default: throw node.unsupported("the normalizer \(type)")
        }
    }

    /// Normalizes a stretch of text.
    ///
    /// - Parameters:
    ///   - text: The text in UTF-8.
    ///   - isContinued: Whether other text stands before it, so that nothing is put in front of it or taken off.
    /// - Returns: The new text.
    func normalized(_ text: [UInt8], isContinued: Bool = false) -> [UInt8] {
        steps.reduce(text) { text, step in
            switch step {
            case .prepend, .strip: isContinued ? text : framed(text, by: step)
            case .replace(let pattern, let content): text.replacing(pattern, by: content)
            case .compose(let form): composed(text, form)
            case .lowercase:
                Array(
                    String(decoding: text, as: UTF8.self).unicodeScalars
                        .map(\.properties.lowercaseMapping).joined().utf8
                )
            }
        }
    }

    /// Applies a step that changes the ends of a text.
    private func framed(_ text: [UInt8], by step: Step) -> [UInt8] {
        switch step {
        case .prepend(let prefix): text.isEmpty ? text : prefix + text
        case .strip(let left, let right): stripped(text, left: left, right: right)
        case .replace, .compose, .lowercase: text
        }
    }

    private func composed(_ text: [UInt8], _ form: CompositionForm) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) { return text }
        let string = String(decoding: text, as: UTF8.self)
        return switch form {
        case .nfc: Array(string.precomposedStringWithCanonicalMapping.utf8)
        case .nfd: Array(string.decomposedStringWithCanonicalMapping.utf8)
        case .nfkc: Array(string.precomposedStringWithCompatibilityMapping.utf8)
        case .nfkd: Array(string.decomposedStringWithCompatibilityMapping.utf8)
        }
    }

    private func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        var start = 0
        var end = text.count
        while left, start < end {
            let (scalar, next) = text.scalar(at: start)
            if !scalar.properties.isWhitespace { break }
            start = next
        }
        while right, end > start, let (scalar, previous) = text.scalar(before: end) {
            if !scalar.properties.isWhitespace { break }
            end = previous
        }
        return Array(text[start..<end])
    }
}
