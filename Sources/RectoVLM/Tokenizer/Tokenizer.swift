public import Foundation

/// Text to token ids and back, as the checkpoint's `tokenizer.json` says.
public struct Tokenizer: Sendable {
    /// Loads `tokenizer.json` of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when the file is missing, damaged, or asks for something that Recto does not do.
    public init(folder: URL) throws(ModelInputError) {
        throw .unreadableFile(path: folder.appending(path: "tokenizer.json").path, reason: "not read yet")
    }

    /// One more than the largest token id.
    public var vocabularySize: Int { 0 }

    /// Turns a text into token ids; added tokens inside the text become their own ids.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - addsSpecialTokens: Whether the post-processor's tokens (such as `<s>`) are added.
    /// - Returns: The ids.
    public func encode(_ text: String, addsSpecialTokens: Bool = true) -> [Int] { [] }

    /// Turns token ids into text.
    ///
    /// - Parameters:
    ///   - ids: The ids; those outside the vocabulary are left out.
    ///   - skipsSpecialTokens: Whether special tokens are left out.
    /// - Returns: The text.
    public func decode(_ ids: [Int], skipsSpecialTokens: Bool = true) -> String { "" }

    /// Finds the id of a token by its exact content.
    ///
    /// - Parameter token: The token as it stands in the vocabulary, for example `<image>`.
    /// - Returns: Its id, or nil when there is no such token.
    public func id(of token: String) -> Int? { nil }

    /// Starts decoding ids that arrive one by one.
    ///
    /// - Parameter skipsSpecialTokens: Whether special tokens are left out.
    /// - Returns: A decoder whose pieces, joined, equal `decode` of all ids.
    public func streamingDecoder(skipsSpecialTokens: Bool = true) -> StreamingDecoder { StreamingDecoder() }
}

/// Decodes token ids as they arrive and gives out only text that no later id can change.
public struct StreamingDecoder: Sendable {
    /// Takes the next id.
    ///
    /// - Parameter id: The next token id.
    /// - Returns: The text that became certain; often empty while a character is incomplete.
    public mutating func append(_ id: Int) -> String { "" }

    /// Ends the sequence.
    ///
    /// - Returns: What was held back.
    public mutating func finish() -> String { "" }
}
