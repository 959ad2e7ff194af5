/// The tokens of a vocabulary by their bytes, so that tokens that begin alike are looked at once.
///
/// Nodes stand in the order of a walk that visits a node before its children: the subtree of a node is a range.
public struct TokenTrie: Sendable {
    /// How many tokens the vocabulary has, special ones included.
    public let count: Int
    /// The bytes of each token; nil for special tokens, which no text stands for.
    public let vocabulary: [[UInt8]?]
    /// The most bytes of a token.
    let longest: Int
    /// The byte that leads to each node; the first node is the root and has none.
    let bytes: [UInt8]
    /// The node before each node.
    let parents: [Int32]
    /// How many bytes lead to each node.
    let depths: [Int32]
    /// Where the subtree of each node ends.
    let ends: [Int32]
    /// Where the tokens of each node begin in `tokens`, and where the last node's end.
    let firstTokens: [Int32]
    /// The tokens in the order of their nodes.
    let tokens: [Int32]

    /// Sorts a vocabulary.
    ///
    /// - Parameter vocabulary: The bytes of each token by its number; nil for special tokens. Tokens without bytes are
    ///   treated as special, since they would never lead anywhere.
    public init(vocabulary: [[UInt8]?]) {
        self.init(
            vocabulary.enumerated().compactMap { number, text in
                text.flatMap { $0.isEmpty ? nil : (number: Int32(number), text: $0) }
            },
            vocabulary: vocabulary
        )
    }

    /// Sorts what remains of the tokens after some nodes, so that what can follow is looked at once for all of them.
    ///
    /// - Parameters:
    ///   - trie: A vocabulary.
    ///   - nodes: Nodes of it.
    init(tailsOf trie: TokenTrie, after nodes: [Int32]) {
        var tails: [(number: Int32, text: [UInt8])] = []
        for node in nodes {
            for descendant in Int(node) + 1..<Int(trie.ends[Int(node)]) {
                let range = Int(trie.firstTokens[descendant])..<Int(trie.firstTokens[descendant + 1])
                guard !range.isEmpty else { continue }
                let text = trie.path(from: Int(node), to: descendant)
                for token in trie.tokens[range] { tails.append((token, text)) }
            }
        }
        self.init(tails, vocabulary: [])
    }

    private init(_ texts: [(number: Int32, text: [UInt8])], vocabulary: [[UInt8]?]) {
        let sorted = texts.sorted {
            $0.text == $1.text ? $0.number < $1.number : $0.text.lexicographicallyPrecedes($1.text)
        }
        var (bytes, parents, depths, ends) = ([UInt8(0)], [Int32(0)], [Int32(0)], [Int32(0)])
        var (firstTokens, tokens) = ([Int32(0)], [Int32]())
        var path = [0]
        var previous: [UInt8] = []
        for (number, text) in sorted {
            let shared = zip(previous, text).prefix { $0 == $1 }.count
            while path.count > shared + 1 { ends[path.removeLast()] = Int32(bytes.count) }
            for byte in text[shared...] {
                parents.append(Int32(path[path.count - 1]))
                path.append(bytes.count)
                bytes.append(byte)
                depths.append(Int32(path.count - 1))
                ends.append(0)
                firstTokens.append(Int32(tokens.count))
            }
            tokens.append(number)
            previous = text
        }
        for node in path { ends[node] = Int32(bytes.count) }
        firstTokens.append(Int32(tokens.count))
        count = vocabulary.count
        self.vocabulary = vocabulary
        longest = sorted.reduce(0) { max($0, $1.text.count) }
        (self.bytes, self.parents, self.depths, self.ends) = (bytes, parents, depths, ends)
        (self.firstTokens, self.tokens) = (firstTokens, tokens)
    }

    /// Finds the bytes that lead from a node to one in its subtree.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - descendant: The other node.
    /// - Returns: The bytes.
    func path(from node: Int, to descendant: Int) -> [UInt8] {
        var path: [UInt8] = []
        var place = descendant
        while place != node {
            path.append(bytes[place])
            place = Int(parents[place])
        }
        return path.reversed()
    }

    /// Finds the tokens that begin with a text and are longer.
    ///
    /// - Parameter text: Its bytes.
    /// - Returns: The tokens in the order of their bytes.
    func tokens(beginningWith text: [UInt8]) -> ArraySlice<Int32> {
        var node = 0
        for byte in text {
            guard let next = child(byte, of: node) else { return [] }
            node = next
        }
        return tokens[Int(firstTokens[node + 1])..<Int(firstTokens[Int(ends[node])])]
    }

    /// Finds the node after a byte.
    ///
    /// - Parameters:
    ///   - byte: The byte.
    ///   - node: The node before it.
    /// - Returns: The node, or nil when no token goes on so.
    func child(_ byte: UInt8, of node: Int) -> Int? {
        var child = node + 1
        while child < Int(ends[node]) {
            if bytes[child] == byte { return child }
            child = Int(ends[child])
        }
        return nil
    }
}
