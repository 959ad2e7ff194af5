public import Foundation

/// Text to token ids and back, as the checkpoint's `tokenizer.json` says.
///
/// In the order in which a text flows: added tokens are found in the raw text, what lies between them is normalized, cut
/// into pieces, and each piece is merged into tokens; then the post-processor's tokens are put around them.
public struct Tokenizer: Sendable {
    private let rawTokens: AddedTokenMatcher
    private let normalizer: TextNormalizer
    private let normalizedTokens: AddedTokenMatcher
    private let preTokenizer: PreTokenizer
    private let model: BytePairModel
    private let postProcessor: PostProcessor
    let decoder: TokenDecoder
    private let addedTokens: [Int: AddedToken]
    /// What added tokens decode to: those matched in normalized text, in their normalized form.
    private let addedContents: [Int: [UInt8]]
    private let addedIDs: [[UInt8]: Int]

    /// One more than the largest token id.
    public let vocabularySize: Int

    /// Loads `tokenizer.json` of a checkpoint folder.
    ///
    /// Its `truncation` and `padding` are not applied: how long a prompt may be is the engine's matter.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when the file is missing, damaged, or asks for something that Recto does not do.
    public init(folder: URL) throws(ModelInputError) {
        try self.init(CheckpointNode(reading: "tokenizer.json", in: folder))
    }

    /// Makes a tokenizer of what `tokenizer.json` says.
    ///
    /// - Parameter file: The root of the file.
    /// - Throws: `ModelInputError` when it is damaged, or asks for something that Recto does not do.
    init(_ file: CheckpointNode) throws(ModelInputError) {
        normalizer = try TextNormalizer(file["normalizer"])
        preTokenizer = try PreTokenizer(file["pre_tokenizer"])
        model = try BytePairModel(file.required("model"), isByteLevel: preTokenizer.isByteLevel)
        postProcessor = try PostProcessor(file["post_processor"])
        decoder = try TokenDecoder(file["decoder"])

        var tokens: [Int: AddedToken] = [:]
        var ids: [[UInt8]: Int] = [:]
        for node in try file["added_tokens"]?.elements() ?? [] {
            let token = try AddedToken(node)
            if token.content.isEmpty { continue }
            if let known = model.id(of: token.content), known != token.id {
                throw node.malformed("has the id \(token.id), in the vocabulary it has \(known)")
            }
            if token.id < model.tokens.count, let other = model.tokens[token.id], other != token.content {
                throw node.malformed("has the id \(token.id), which the vocabulary gives to another token")
            }
            tokens[token.id] = token
            ids[token.content] = token.id
        }
        addedTokens = tokens
        addedIDs = ids
        vocabularySize = max(model.tokens.count, (tokens.keys.max() ?? -1) + 1)
        for id in postProcessor.prefix + postProcessor.suffix where tokens[id] == nil {
            guard model.tokens.indices.contains(id), model.tokens[id] != nil else {
                throw file.malformed("has a post_processor that adds the id \(id), which no token has")
            }
        }
        let ordered = tokens.values.sorted { $0.id < $1.id }
        var contents: [Int: [UInt8]] = [:]
        for token in ordered {
            contents[token.id] = token.isNormalized ? normalizer.normalized(token.content) : token.content
        }
        let forms = ordered.map { (content: contents[$0.id] ?? $0.content, token: $0) }
        addedContents = contents
        rawTokens = AddedTokenMatcher(forms.filter { !$0.token.isNormalized })
        normalizedTokens = AddedTokenMatcher(forms.filter(\.token.isNormalized))
    }

    /// Turns a text into token ids; added tokens inside the text become their own ids.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - addsSpecialTokens: Whether the post-processor's tokens (such as `<s>`) are added.
    /// - Returns: The ids.
    public func encode(_ text: String, addsSpecialTokens: Bool = true) -> [Int] {
        let bytes = Array(text.utf8)
        var ids = addsSpecialTokens ? postProcessor.prefix : []
        for segment in rawTokens.segments(of: bytes) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range):
                let normalized = normalizer.normalized(Array(bytes[range]))
                appendNormalized(normalized, isFirst: range.lowerBound == 0, to: &ids)
            }
        }
        if addsSpecialTokens { ids += postProcessor.suffix }
        return ids
    }

    /// The special tokens that `encode` puts before a text.
    var openingTokens: [Int] { postProcessor.prefix }

    /// Turns text that goes on after other text into token ids, without any added token.
    ///
    /// - Parameter text: The text in UTF-8.
    /// - Returns: The ids.
    func encode(continuing text: [UInt8]) -> [Int] {
        let normalized = normalizer.normalized(text, isContinued: true)
        var ids: [Int] = []
        let (spelled, pieces) = preTokenizer.pieces(of: normalized, isFirst: false)
        for piece in pieces { model.appendTokens(of: spelled, piece, to: &ids) }
        return ids
    }

    private func appendNormalized(_ text: [UInt8], isFirst: Bool, to ids: inout [Int]) {
        for segment in normalizedTokens.segments(of: text) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range):
                let isFirst = isFirst && range.lowerBound == 0
                let (text, pieces) = preTokenizer.pieces(of: Array(text[range]), isFirst: isFirst)
                for piece in pieces { model.appendTokens(of: text, piece, to: &ids) }
            }
        }
    }

    /// Turns token ids into text.
    ///
    /// - Parameters:
    ///   - ids: The ids; those outside the vocabulary are left out.
    ///   - skipsSpecialTokens: Whether special tokens are left out.
    /// - Returns: The text.
    public func decode(_ ids: [Int], skipsSpecialTokens: Bool = true) -> String {
        var decoder = streamingDecoder(skipsSpecialTokens: skipsSpecialTokens)
        var text = ""
        for id in ids { text += decoder.append(id) }
        return text + decoder.finish()
    }

    /// Starts decoding ids that arrive one by one.
    ///
    /// - Parameter skipsSpecialTokens: Whether special tokens are left out.
    /// - Returns: A decoder whose pieces, joined, equal `decode` of all ids.
    public func streamingDecoder(skipsSpecialTokens: Bool = true) -> StreamingDecoder {
        StreamingDecoder(self, skipsSpecialTokens: skipsSpecialTokens)
    }

    /// Finds the id of a token by its exact content.
    ///
    /// - Parameter token: The token as it stands in the vocabulary, for example `<image>`.
    /// - Returns: Its id, or nil when there is no such token.
    public func id(of token: String) -> Int? {
        let bytes = Array(token.utf8)
        return addedIDs[bytes] ?? model.id(of: bytes)
    }

    /// Finds the content of a token by its id.
    ///
    /// - Parameter id: The id.
    /// - Returns: The token as it stands in the vocabulary (an added token in the form in which it is looked for in the
    ///   text), or nil when the id is not in use.
    public func token(of id: Int) -> String? {
        content(of: id).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a token is marked as special, that is, left out of decoded text.
    ///
    /// - Parameter id: The token's id.
    /// - Returns: Whether it is special.
    public func isSpecial(_ id: Int) -> Bool { addedTokens[id]?.isSpecial ?? false }

    /// Whether a token was added to the vocabulary rather than learned.
    ///
    /// - Parameter id: The token's id.
    /// - Returns: Whether it was.
    func isAdded(_ id: Int) -> Bool { addedTokens[id] != nil }

    func content(of id: Int) -> [UInt8]? {
        if let content = addedContents[id] { return content }
        return model.tokens.indices.contains(id) ? model.tokens[id] : nil
    }
}
