public import RectoSchema
import Synchronization

/// A schema that an answer must satisfy, compiled once and used by any number of requests.
///
/// Share one object between requests: what tokens may follow where is worked out once and kept in it.
public final class ResponseSchema: Sendable {
    /// The automaton that the answer's text is kept in.
    public let automaton: SchemaAutomaton
    private let masks = Mutex<[ObjectIdentifier: (vocabulary: TokenVocabulary, masks: TokenMasks)]>([:])

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - schema: The schema.
    ///   - options: The bounds of what is written where the schema sets none.
    /// - Throws: `AutomatonError` for what cannot be guaranteed, with its place.
    public init(_ schema: JSONSchema, options: AutomatonOptions = AutomatonOptions()) throws(AutomatonError) {
        automaton = try SchemaAutomaton(schema: schema, options: options)
    }

    /// Finds what tokens may follow where.
    ///
    /// - Parameter vocabulary: The vocabulary of the model that is asked.
    /// - Returns: The masks, the same object for the same vocabulary.
    func masks(for vocabulary: TokenVocabulary) -> TokenMasks {
        masks.withLock { known in
            if let found = known[ObjectIdentifier(vocabulary)] { return found.masks }
            let made = TokenMasks(automaton: automaton, trie: vocabulary.trie, endTokens: vocabulary.endTokens)
            known[ObjectIdentifier(vocabulary)] = (vocabulary, made)
            return made
        }
    }
}

/// A model's tokens by their bytes.
final class TokenVocabulary: Sendable {
    let trie: TokenTrie
    let endTokens: Set<Int>

    /// Sorts a tokenizer's vocabulary.
    ///
    /// - Parameters:
    ///   - tokenizer: The tokenizer.
    ///   - endTokens: The tokens that end a text.
    init(_ tokenizer: Tokenizer, endTokens: Set<Int>) {
        trie = TokenTrie(vocabulary: tokenizer.vocabularyBytes())
        self.endTokens = endTokens
    }
}
