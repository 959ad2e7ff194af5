/// The byte-pair model: a vocabulary, and pairs of tokens in the order in which they are merged.
struct BytePairModel: Sendable {
    /// The bytes of a token, comparable byte for byte (unlike `String`, which compares by canonical equivalence).
    private struct TokenBytes: Hashable, Sendable {
        let bytes: [UInt8]
    }

    /// Tokens by id; nil where the file leaves a hole.
    private(set) var tokens: [[UInt8]?] = []
    private var ids: [TokenBytes: Int] = [:]
    /// Pair of ids to rank.
    private var ranks = FlatTable(capacity: 0)
    /// Rank to the id that the pair becomes.
    private var merged: [UInt32] = []
    /// Single characters to ids.
    private var characters: FlatTable
    /// Bytes to the ids of `<0x00>` … `<0xFF>`, where these are used.
    private var byteIDs: [UInt32?] = Array(repeating: nil, count: 256)
    private let unknownID: UInt32?
    private let fusesUnknown: Bool
    private let ignoresMerges: Bool
    private let isByteLevel: Bool

    /// Reads `model` of a tokenizer file.
    ///
    /// - Parameters:
    ///   - node: The member.
    ///   - isByteLevel: Whether the text comes as bytes of a byte-level vocabulary.
    /// - Throws: `ModelInputError` when it is no byte-pair model, is damaged, or asks for something unknown.
    init(_ node: CheckpointNode, isByteLevel: Bool) throws(ModelInputError) {
        let type = try node["type"]?.string() ?? "BPE"
        guard type == "BPE" else { throw node.unsupported("the tokenizer model \(type)") }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let affix = try node[name]?.string(), !affix.isEmpty { throw node.unsupported("a \(name)") }
        }
        if let dropout = try node["dropout"]?.number(), dropout > 0 { throw node.unsupported("BPE dropout") }
        self.isByteLevel = isByteLevel
        fusesUnknown = try node.flag("fuse_unk", default: false)
        ignoresMerges = try node.flag("ignore_merges", default: false)

        let vocabulary = try node.required("vocab")
        guard case .object(let members) = vocabulary.value else { throw vocabulary.malformed("is not an object") }
        characters = FlatTable(capacity: members.count)
        ids.reserveCapacity(members.count)
        tokens.reserveCapacity(members.count)
        for (token, value) in members {
            guard case .number(let number) = value, let id = Int(exactly: number), (0...0xFF_FFFF).contains(id) else {
                throw vocabulary.malformed("gives \(String(decoding: token, as: UTF8.self)) no usable id")
            }
            if id >= tokens.count { tokens += Array(repeating: nil, count: id + 1 - tokens.count) }
            tokens[id] = token
            ids[TokenBytes(bytes: token)] = id
            if let first = token.first, first < 0x80 ? token.count == 1 : token.count <= 4 {
                let (scalar, next) = token.scalar(at: 0)
                if next == token.count { characters[UInt64(scalar.value)] = UInt32(id) }
            }
        }
        if let unknown = node["unk_token"] {
            guard let id = ids[TokenBytes(bytes: try unknown.bytes())] else {
                throw unknown.malformed("is not in the vocabulary")
            }
            unknownID = UInt32(id)
        } else {
            unknownID = nil
        }
        if try node.flag("byte_fallback", default: false) {
            byteIDs = (0..<256).map { ids[TokenBytes(bytes: ByteToken.name(of: UInt8($0)))].map(UInt32.init) }
        }
        try readMerges(node.required("merges"))
    }

    private mutating func readMerges(_ node: CheckpointNode) throws(ModelInputError) {
        guard case .array(let merges) = node.value else { throw node.malformed("is not a list") }
        ranks = FlatTable(capacity: merges.count)
        merged.reserveCapacity(merges.count)
        for (rank, merge) in merges.enumerated() {
            let pair: (left: [UInt8], right: [UInt8])
            switch merge {
            case .array(let sides):
                guard sides.count == 2, case .string(let left) = sides[0], case .string(let right) = sides[1] else {
                    throw node.malformed("holds at \(rank) something else than two tokens")
                }
                pair = (left, right)
            case .string(let line):
                let sides = line.split(separator: 0x20, omittingEmptySubsequences: false)
                guard sides.count == 2 else { throw node.malformed("holds at \(rank) something else than two tokens") }
                pair = (Array(sides[0]), Array(sides[1]))
            default: throw node.malformed("holds at \(rank) something else than two tokens")
            }
            guard let left = id(of: pair.left), let right = id(of: pair.right),
                let both = id(of: pair.left + pair.right)
            else { throw node.malformed("joins at \(rank) tokens that are not in the vocabulary") }
            ranks[Self.key(UInt32(left), UInt32(right))] = UInt32(rank)
            merged.append(UInt32(both))
        }
    }

    private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) << 32 | UInt64(right) }

    /// Finds a token's id by its bytes.
    ///
    /// - Parameter token: The token in UTF-8, as it stands in the file.
    /// - Returns: Its id, or nil.
    func id(of token: [UInt8]) -> Int? { ids[TokenBytes(bytes: token)] }

    /// Cuts a piece of text into tokens.
    ///
    /// - Parameters:
    ///   - text: The text that holds the piece, in UTF-8.
    ///   - piece: Where the piece stands.
    ///   - result: Takes the ids.
    func appendTokens(of text: [UInt8], _ piece: Range<Int>, to result: inout [Int]) {
        if ignoresMerges, let id = id(of: spelled(text, piece)) {
            result.append(id)
            return
        }
        var word = MergeQueue(symbols: symbols(of: text, piece))
        word.mergeAll { left, right in
            ranks[Self.key(left, right)]
        } result: { rank in
            merged[Int(rank)]
        }
        word.forEachSymbol { result.append(Int($0)) }
    }

    private func spelled(_ text: [UInt8], _ piece: Range<Int>) -> [UInt8] {
        guard isByteLevel else { return Array(text[piece]) }
        return text[piece].flatMap { UTF8.encode(ByteLevelAlphabet.characters[Int($0)]).map(Array.init) ?? [] }
    }

    /// The tokens of single characters, from which merging starts.
    private func symbols(of text: [UInt8], _ piece: Range<Int>) -> [UInt32] {
        var symbols: [UInt32] = []
        symbols.reserveCapacity(piece.count)
        var pendingUnknown: UInt32?
        var position = piece.lowerBound
        while position < piece.upperBound {
            let start = position
            let scalar: Unicode.Scalar
            if isByteLevel {
                scalar = ByteLevelAlphabet.characters[Int(text[position])]
                position += 1
            } else {
                (scalar, position) = text.scalar(at: position)
            }
            if let id = characters[UInt64(scalar.value)] {
                if let unknown = pendingUnknown { symbols.append(unknown) }
                pendingUnknown = nil
                symbols.append(id)
                continue
            }
            let fallback =
                isByteLevel
                ? (UTF8.encode(scalar).map(Array.init) ?? []).map { byteIDs[Int($0)] }
                : text[start..<position].map { byteIDs[Int($0)] }
            let bytes = fallback.compactMap(\.self)
            if bytes.count == fallback.count {
                symbols += bytes
            } else if let unknownID {
                if pendingUnknown != nil, !fusesUnknown { symbols.append(unknownID) }
                pendingUnknown = unknownID
            }
        }
        if let unknown = pendingUnknown { symbols.append(unknown) }
        return symbols
    }
}

/// The tokens `<0x00>` … `<0xFF>`, which stand for bytes of characters that the vocabulary lacks.
enum ByteToken {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Spells the token of a byte.
    ///
    /// - Parameter byte: The byte.
    /// - Returns: The token in UTF-8.
    static func name(of byte: UInt8) -> [UInt8] {
        Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
    }

    /// Reads the token of a byte.
    ///
    /// - Parameter token: A token in UTF-8.
    /// - Returns: The byte that it stands for, or nil when it is another token.
    static func byte(of token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }
}
